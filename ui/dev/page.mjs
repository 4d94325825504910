// Builds the page with its made-up core, and serves it as the app does.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { build } from "vite";

const here = import.meta.dirname;
export const out = join(here, "out");
const clip = join(out, "media/clip.ivf");
const film = join(here, "../../tests/fixtures/media/big-buck-bunny-720p.webm");

// As in the app, without its leave for inline styles.
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; form-action 'none'";
const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2" };

/** The moving pictures, where a scene has some: needs ffmpeg. */
export function cutFilm() {
  if (existsSync(clip)) return;
  mkdirSync(join(out, "media"), { recursive: true });
  const encode = ["-t", "12", "-vf", "scale=640:360", "-an", "-c:v", "libvpx", "-g", "30", "-b:v", "800k"];
  execFileSync("ffmpeg", ["-v", "error", "-y", "-i", film, ...encode, clip]);
}

export async function servePage() {
  await build({ configFile: join(here, "vite.config.ts"), logLevel: "error" });
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const path = pathname === "/" ? "/index.html" : pathname;
    try {
      const body = readFileSync(join(out, "page", path));
      response
        .writeHead(200, {
          "content-type": types[extname(path)] ?? "application/octet-stream",
          "content-security-policy": policy,
          // So it is alone in its process, and its clock is a fine one.
          "cross-origin-opener-policy": "same-origin",
          "cross-origin-embedder-policy": "require-corp",
        })
        .end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
