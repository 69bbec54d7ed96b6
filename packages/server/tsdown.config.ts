import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/index.ts", "src/internal.ts", "src/node.ts", "src/redis.ts", "src/vite.ts", "src/policy-watcher.ts"],
  format: "esm",
  platform: "node",
  target: "es2023",
  tsconfig: "tsconfig.build.json",
  sourcemap: true,
  dts: { sourcemap: true },
  fixedExtension: false,
});
