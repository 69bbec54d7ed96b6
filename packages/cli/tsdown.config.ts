import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/bin.ts"],
  format: "esm",
  platform: "node",
  target: "es2023",
  tsconfig: "tsconfig.build.json",
  sourcemap: true,
  // A command, not a library: nothing is imported from it.
  dts: false,
  fixedExtension: false,
  // What `doctor --explain` prints.
  copy: ["../../docs/doctor.md"],
});
