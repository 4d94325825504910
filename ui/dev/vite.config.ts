import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// The page with a stand-in for the native core; never part of the app.
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [svelte({ configFile: "../svelte.config.js" })],
  publicDir: "out/media",
  server: { host: "127.0.0.1", fs: { allow: ["../.."] } },
  build: { outDir: "out/page", emptyOutDir: true, assetsInlineLimit: 0 },
});
