import { mkdirSync } from "node:fs";

// Jest does not make the folder of its report.
mkdirSync(new URL("test-results", import.meta.url), { recursive: true });

export default {
  testEnvironment: "jsdom",
  setupFilesAfterEnv: ["@kinde-cerbos/testing/jest"],
};
