import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

// The page's policy loads from the server alone: pictures that a style sheet holds
// as data: become files.
function picturesAsFiles(): Plugin {
  return {
    name: "pictures-as-files",
    apply: "build",
    enforce: "post",
    generateBundle(_, bundle) {
      for (const sheet of Object.values(bundle)) {
        if (sheet.type !== "asset" || !sheet.fileName.endsWith(".css")) continue;
        sheet.source = String(sheet.source).replace(/url\("data:image\/svg\+xml;charset=utf-8,([^"]+)"\)/g, (_, svg: string) => {
          const file = this.emitFile({ type: "asset", name: "picture.svg", source: decodeURIComponent(svg) });
          return `url("/${this.getFileName(file)}")`;
        });
      }
    },
  };
}

// A page for each kind of person, so that the phone never loads what only the desk needs.
export default defineConfig({
  plugins: [svelte(), picturesAsFiles()],
  // MapLibre 6 is ESM only, its worker too.
  worker: { format: "es" },
  build: {
    target: "es2022",
    outDir: "dist",
    // The placeholder is in version control: Go embeds the folder.
    emptyOutDir: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    rolldownOptions: { input: { index: "index.html", about: "about.html", desk: "desk.html", walk: "walk.html", withdraw: "withdraw.html", join: "join.html", account: "account.html", callback: "callback.html" } },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080", "/tiles": "http://127.0.0.1:8080" } },
  test: { include: ["**/*.test.ts"], exclude: ["node_modules/**", "dist/**", "e2e/**"] },
} as Parameters<typeof defineConfig>[0]);
