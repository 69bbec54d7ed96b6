import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/index.ts", "src/client.ts"],
  format: "esm",
  // A module stays a file: those that begin with "use client" are for the browser.
  unbundle: true,
  // The warning is about bundles: here each directive is kept, and a test looks at them.
  checks: { moduleLevelDirective: false },
  platform: "neutral",
  target: "es2023",
  tsconfig: "tsconfig.build.json",
  sourcemap: true,
  dts: { sourcemap: true },
  fixedExtension: false,
});
