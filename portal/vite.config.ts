// The build: everything into the gym's package, nothing inlined, so that it works under the portal's CSP.
import { createHash } from "node:crypto";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const server = process.env["SKYWRIGHT_PORTAL_SERVER"] ?? "http://127.0.0.1:8701";
const INLINE_FONT = /url\(["']?data:font\/woff2;base64,([A-Za-z0-9+/=]+)["']?\)/g;

/** Cloudscape's style sheet holds its fonts as `data:`, which the portal's CSP does not allow: makes files of them. */
function fontFiles(): Plugin {
  return {
    name: "font-files",
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== "asset" || !file.fileName.endsWith(".css") || typeof file.source !== "string") continue;
        file.source = file.source.replace(INLINE_FONT, (_whole, base64: string) => {
          const source = Buffer.from(base64, "base64");
          const name = `font-${createHash("sha256").update(source).digest("hex").slice(0, 8)}.woff2`;
          this.emitFile({ type: "asset", fileName: `assets/${name}`, source });
          return `url(./${name})`;
        });
      }
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [react(), fontFiles()],
  build: {
    outDir: "../src/skywright_gym/portal/static",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    modulePreload: { polyfill: false },
  },
  server: { host: "127.0.0.1", proxy: { "/api": server } },
});
