import { defineConfig } from "tsdown";

export default defineConfig({
  entry: [
    "src/index.ts",
    "src/vitest.ts",
    "src/jest.ts",
    "src/storybook.tsx",
    "src/msw.ts",
    "src/node.ts",
    "src/playwright.ts",
  ],
  format: "esm",
  platform: "neutral",
  target: "es2023",
  tsconfig: "tsconfig.build.json",
  sourcemap: true,
  dts: { sourcemap: true },
  fixedExtension: false,
});
