import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  // The page is served by the app itself, from any path.
  base: "./",
  build: {
    target: ["safari17", "chrome120"],
    // The content security policy allows no data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // The schema and the build of the core lie beside the page; tests read them.
  server: { fs: { allow: [".."] } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
    setupFiles: ["src/test-setup.ts"],
    restoreMocks: true,
    // More than what a test waits for one thing: what fails then says what it waited for.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
