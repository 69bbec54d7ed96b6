import { defineConfig } from "tsdown";

export default defineConfig({
  entry: { index: "src/index.ts", "fetch-pdp": "src/pdp/fetch-pdp.ts", internal: "src/internal.ts" },
  format: "esm",
  platform: "neutral",
  target: "es2023",
  tsconfig: "tsconfig.build.json",
  sourcemap: true,
  dts: { sourcemap: true },
  fixedExtension: false,
});
