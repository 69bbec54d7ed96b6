import { expect, test } from "vitest";
import { pdpLogMessage } from "../src/pdp/pdp-log.ts";

const TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJrcF9hbm4ifQ.c2lnbmF0dXJlLXNpZ25hdHVyZQ";

test.each([
  [
    "a warning, with its file",
    { "log.level": "warn", message: "Failed to read policy from file", file: "album.yaml", error: "1:1 could not" },
    "Failed to read policy from file: album.yaml: 1:1 could not",
  ],
  [
    "an error",
    { "log.level": "error", message: "Failed to extract auxData", error: '"exp" not satisfied' },
    'Failed to extract auxData: "exp" not satisfied',
  ],
  ["no token", { "log.level": "error", message: "Failed", error: `${TOKEN} is refused` }, "Failed: [token] is refused"],
  ["nothing of requests", { "log.level": "info", message: "Handled request" }, undefined],
  ["nothing of traces", { "log.level": "warn", "log.logger": "cerbos.otel", message: "Disabling" }, undefined],
])("of Cerbos' log, it gives %s", (_, entry, expected) => {
  expect(pdpLogMessage(JSON.stringify(entry))).toBe(expected);
});

test("what is no JSON is given as it is, without tokens, and a warning of our own configuration is not", () => {
  expect(pdpLogMessage("panic: runtime error")).toBe("panic: runtime error");
  expect(pdpLogMessage(`panic: ${TOKEN}`)).toBe("panic: [token]");
  expect(pdpLogMessage("[DEPRECATED CONFIG] auxData.jwt.cacheSize is deprecated")).toBeUndefined();
});
