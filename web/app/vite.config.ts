import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";
import { styles } from "./map/styles";

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

// The service worker of /walk, with the names of all that the page may load.
function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    enforce: "post",
    generateBundle(_, bundle) {
      const files = new Set<string>();
      const take = (name: string) => {
        const chunk = bundle[name];
        if (files.has(name) || !chunk) return;
        files.add(name);
        if (chunk.type !== "chunk") return;
        const meta = (chunk as { viteMetadata?: { importedCss: Set<string>; importedAssets: Set<string> } }).viteMetadata;
        for (const next of [...chunk.imports, ...chunk.dynamicImports, ...(meta?.importedCss ?? []), ...(meta?.importedAssets ?? [])]) take(next);
      };
      for (const chunk of Object.values(bundle)) {
        // The map is loaded when somebody looks; its worker and sheet by their addresses.
        if (chunk.type === "chunk" && chunk.facadeModuleId?.endsWith("/walk.html")) take(chunk.fileName);
        if (chunk.fileName.includes("maplibre-gl")) take(chunk.fileName);
      }
      for (const name of [...files]) {
        const sheet = bundle[name];
        if (sheet?.type === "asset" && name.endsWith(".css")) for (const [, file] of String(sheet.source).matchAll(/url\("?\/(assets\/[^")]+)"?\)/g)) files.add(file!);
      }
      const addresses = ["/walk", "/icon.svg", "/icon-192.png", "/walk.webmanifest", ...[...files].filter((name) => name.startsWith("assets/")).map((name) => `/${name}`)].sort();
      const source = readFileSync("offline/sw.js", "utf8");
      const version = createHash("sha256").update(source + addresses.join() + readFileSync("walk.html", "utf8")).digest("hex").slice(0, 12);
      this.emitFile({ type: "asset", fileName: "sw.js", source: source.replace("__VERSION__", version).replace("__FILES__", JSON.stringify(addresses)) });
    },
  };
}

// What the server makes styles of (/tiles/work/style.json).
function mapStyles(): Plugin {
  return {
    name: "map-styles",
    apply: "build",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "styles.json", source: JSON.stringify(styles()) });
    },
  };
}

// A page for each kind of person, so that the phone never loads what only the desk needs.
export default defineConfig({
  plugins: [svelte(), picturesAsFiles(), mapStyles(), serviceWorker()],
  // MapLibre 6 is ESM only, its worker too.
  worker: { format: "es" },
  build: {
    target: "es2022",
    outDir: "dist",
    // The placeholder is in version control: Go embeds the folder.
    emptyOutDir: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    rolldownOptions: { input: { index: "index.html", about: "about.html", desk: "desk.html", walk: "walk.html", withdraw: "withdraw.html", report: "report.html", guide: "guide.html", join: "join.html", account: "account.html", callback: "callback.html", ogc: "ogc.html" } },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080", "/tiles": "http://127.0.0.1:8080" } },
  test: { include: ["**/*.test.ts"], exclude: ["node_modules/**", "dist/**", "e2e/**"], testTimeout: 60_000 },
} as Parameters<typeof defineConfig>[0]);
