import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/bin.ts", "src/internal.ts", "src/vite.ts"],
  format: "esm",
  platform: "node",
  target: "es2023",
  tsconfig: "tsconfig.build.json",
  sourcemap: true,
  dts: { sourcemap: true },
  fixedExtension: false,
  // What `doctor --explain` prints.
  copy: ["../../docs/guides/doctor.md"],
});
