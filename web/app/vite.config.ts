import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// Three pages, so that the phone never loads what only the desk needs.
export default defineConfig({
  plugins: [svelte()],
  // MapLibre 6 is ESM only, its worker too.
  worker: { format: "es" },
  build: {
    target: "es2022",
    outDir: "dist",
    // The placeholder is in version control: Go embeds the folder.
    emptyOutDir: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    rolldownOptions: { input: { index: "index.html", desk: "desk.html", walk: "walk.html" } },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080", "/tiles": "http://127.0.0.1:8080" } },
  test: { include: ["**/*.test.ts"], exclude: ["node_modules/**", "dist/**", "e2e/**"] },
} as Parameters<typeof defineConfig>[0]);
