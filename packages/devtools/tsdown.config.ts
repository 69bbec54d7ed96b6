import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/index.ts", "src/internal.ts", "src/tanstack.tsx"],
  format: "esm",
  // Each module stays a file, so that a production bundle leaves out all of them except the entries.
  unbundle: true,
  checks: { moduleLevelDirective: false },
  platform: "neutral",
  target: "es2023",
  tsconfig: "tsconfig.build.json",
  sourcemap: true,
  dts: { sourcemap: true },
  fixedExtension: false,
});
