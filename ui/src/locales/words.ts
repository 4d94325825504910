import type { Layout, Refusal, Role } from "../protocol";
import { MAX_MENTIONS, MAX_MESSAGE_CHARS, MAX_NAME_CHARS, UNDO_END_SECONDS } from "../protocol/limits";
import type { DeviceFault, DeviceKind, FaultCause, Problem } from "../protocol/native";
import { text } from "./text";

/** What went wrong, and what the person can do about it. */
export type Trouble = { what: string; cure: string };

const refusals: Record<Refusal, string> = {
  malformed: "refusal-malformed",
  too_large: "refusal-too-large",
  unknown_command: "refusal-unknown-command",
  version_unsupported: "refusal-version-unsupported",
  token_invalid: "refusal-token-invalid",
  token_expired: "refusal-token-expired",
  signed_in_elsewhere: "refusal-signed-in-elsewhere",
  sending_elsewhere: "refusal-sending-elsewhere",
  not_allowed: "refusal-not-allowed",
  no_such_room: "refusal-no-such-room",
  taken_down: "refusal-taken-down",
  doors_closed: "refusal-doors-closed",
  event_over: "refusal-event-over",
  event_cancelled: "refusal-event-cancelled",
  event_archived: "refusal-event-archived",
  no_such_participant: "refusal-no-such-participant",
  not_backstage: "refusal-not-backstage",
  stage_full: "refusal-stage-full",
  scene_invalid: "refusal-scene-invalid",
  no_such_cue: "refusal-no-such-cue",
  wrong_phase: "refusal-wrong-phase",
  undo_too_late: "refusal-undo-too-late",
  message_empty: "refusal-message-empty",
  message_too_long: "refusal-message-too-long",
  no_such_message: "refusal-no-such-message",
  not_reachable: "refusal-not-reachable",
  too_many_blocked: "refusal-too-many-blocked",
  name_invalid: "refusal-name-invalid",
  profile_invalid: "refusal-profile-invalid",
  email_invalid: "refusal-email-invalid",
  mail_unavailable: "refusal-mail-unavailable",
  image_unusable: "refusal-image-unusable",
  closed: "refusal-closed",
  muted: "refusal-muted",
  links_not_allowed: "refusal-links-not-allowed",
  words_not_allowed: "refusal-words-not-allowed",
  too_many_mentions: "refusal-too-many-mentions",
  no_such_question: "refusal-no-such-question",
  no_such_poll: "refusal-no-such-poll",
  poll_invalid: "refusal-poll-invalid",
  options_alike: "refusal-options-alike",
  choice_invalid: "refusal-choice-invalid",
  already_voted: "refusal-already-voted",
  no_such_hand: "refusal-no-such-hand",
  full: "refusal-full",
  removed: "refusal-removed",
  timed_out: "refusal-timed-out",
  banned: "refusal-banned",
  room_locked: "refusal-room-locked",
  slow_down: "refusal-slow-down",
  too_far_behind: "refusal-too-far-behind",
  overloaded: "refusal-overloaded",
  shutting_down: "refusal-shutting-down",
  storage_unavailable: "refusal-storage-unavailable",
  provider_unavailable: "refusal-provider-unavailable",
  media_unacceptable: "refusal-media-unacceptable",
  unknown: "refusal-unknown",
};

const roles: Record<Role, string> = {
  attendee: "role-attendee",
  speaker: "role-speaker",
  moderator: "role-moderator",
  producer: "role-producer",
  organizer: "role-organizer",
  unknown: "role-attendee",
};

const layouts: Record<Layout, string> = {
  solo: "layout-solo",
  side_by_side: "layout-side-by-side",
  grid: "layout-grid",
  unknown: "layout-grid",
};

const broken: Record<DeviceKind, string> = {
  camera: "broken-camera",
  microphone: "broken-microphone",
  speaker: "broken-speaker",
};

const causes: Record<FaultCause, string> = {
  no_sound: "why-no-sound",
  missing: "why-missing",
  closed: "why-closed",
  stopped: "why-stopped",
  unreadable: "why-unreadable",
  clip_missing: "why-clip-missing",
  clip_too_large: "why-clip-too-large",
  clip_unplayable: "why-clip-unplayable",
  clip_lacks: "why-clip-lacks",
  not_offered: "why-not-offered",
  internal: "why-internal",
};

const trouble = (id: string, args?: Record<string, string | number>): Trouble => ({
  what: text(id, args),
  cure: text(`${id}.cure`, args),
});

export function refusalTrouble(refusal: Refusal, retryAfterMs?: number): Trouble {
  // A code of a newer server that this page was not built with.
  const id = refusals[refusal] ?? refusals.unknown;
  return trouble(id, {
    seconds: Math.max(1, Math.ceil((retryAfterMs ?? 1_000) / 1_000)),
    mentions: MAX_MENTIONS,
    messageChars: MAX_MESSAGE_CHARS,
    nameChars: MAX_NAME_CHARS,
    undoSeconds: UNDO_END_SECONDS,
  });
}

/** Why a login is over: what a server says of an invite is another thing. */
export function endedTrouble(refusal: Refusal): Trouble {
  if (refusal === "token_invalid") return trouble("login-invalid");
  if (refusal === "token_expired") return trouble("login-expired");
  return refusalTrouble(refusal);
}

export function problemTrouble(problem: Problem): Trouble {
  switch (problem.problem) {
    case "refused":
      return refusalTrouble(problem.refusal, problem.retry_after_ms);
    case "not_a_link":
      return trouble("problem-not-a-link");
    case "unconfirmed":
      return trouble("problem-unconfirmed");
    case "unreachable":
      return trouble("problem-unreachable");
    case "offline":
      return trouble("problem-offline");
    case "unsure":
      return trouble("problem-unsure");
    case "signed_out":
      return trouble("problem-signed-out");
    case "device":
      return faultTrouble(problem.fault);
  }
}

/** Why something was not taken, in words. */
export const reasons = { refused: refusalTrouble, problem: problemTrouble };

/** How words of one's own stand, and what can be done about them. */
export function ownLabels(
  fate: { is: "sent" | "taken" } | { is: "refused"; trouble: Trouble },
  connected: boolean,
) {
  const said =
    fate.is === "refused"
      ? text("own-not-sent", { why: fate.trouble.what })
      : text(connected ? "own-sending" : "own-waiting");
  return { said, again: text("own-again"), discard: text("own-discard") };
}

export function faultTrouble({ kind, cause, detail }: DeviceFault): Trouble {
  const cure = text(causes[cause]);
  const said = detail === undefined ? "" : ` ${text("system-says", { detail })}`;
  return { what: text(broken[kind]), cure: cure + said };
}

export const roleName = (role: Role): string => text(roles[role] ?? roles.unknown);
export const layoutName = (layout: Layout): string => text(layouts[layout] ?? layouts.unknown);
