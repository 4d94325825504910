// What processes cost, read from /proc.

import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";

/** The fields of /proc/<pid>/stat behind the name in parentheses: 0 is the state, 1 the parent, 19 the start. */
function stat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined; // it is gone
  }
}

/** A process and its descendants. */
export function tree(root) {
  const children = new Map();
  for (const name of readdirSync("/proc")) {
    const parent = /^\d+$/.test(name) ? stat(name)?.[1] : undefined;
    if (parent) children.set(Number(parent), [...(children.get(Number(parent)) ?? []), Number(name)]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

/** The descendant that runs a program, by the end of its path. */
export function descendant(root, program) {
  const isIt = (pid) => {
    try {
      return readlinkSync(`/proc/${pid}/exe`).endsWith(program);
    } catch {
      return false;
    }
  };
  const found = tree(root).find(isIt);
  if (!found) throw new Error(`${program} does not run under ${root}`);
  return found;
}

/** When a process began, in milliseconds since the epoch; to a hundredth of a second. */
export function startedAt(pid) {
  const up = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) * 1000;
  return Date.now() - up + Number(stat(pid)[19]) * 10;
}

/** A figure of a process; nothing of one that is gone. One that runs and cannot be read is an error: it would be left out. */
function kilobytes(pid, file, key) {
  let text;
  try {
    text = readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch (error) {
    if (!existsSync(`/proc/${pid}`)) return 0;
    throw error;
  }
  const found = text.match(new RegExp(`^${key}:\\s+(\\d+)`, "m"));
  if (!found && existsSync(`/proc/${pid}/exe`)) throw new Error(`no ${key} in /proc/${pid}/${file}`);
  return Number(found?.[1] ?? 0);
}

/** Memory of a tree in megabytes, what is shared with others counted in part (PSS). */
export function pssMb(root) {
  return tree(root).reduce((sum, pid) => sum + kilobytes(pid, "smaps_rollup", "Pss"), 0) / 1024;
}

/** Memory of one process in megabytes (RSS). */
export function rssMb(pid) {
  return kilobytes(pid, "status", "VmRSS") / 1024;
}
