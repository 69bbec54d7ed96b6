import { mkdirSync } from "node:fs";

// Jest does not create the folder for its report.
mkdirSync(new URL("test-results", import.meta.url), { recursive: true });

export default {
  testEnvironment: "jsdom",
  setupFilesAfterEnv: ["@kinde-cerbos/testing/jest"],
};
