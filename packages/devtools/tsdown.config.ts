import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/index.ts", "src/internal.ts", "src/tanstack.tsx"],
  format: "esm",
  // A module stays a file: a bundle for production leaves all of them out but the entries.
  unbundle: true,
  checks: { moduleLevelDirective: false },
  platform: "neutral",
  target: "es2023",
  tsconfig: "tsconfig.build.json",
  sourcemap: true,
  dts: { sourcemap: true },
  fixedExtension: false,
});
