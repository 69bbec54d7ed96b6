import { AuthzError } from "@kinde-cerbos/core";
import { Refusal } from "@kinde-cerbos/server";
import { expect, test } from "vitest";
import { describeError, Failure, framesOf } from "../src/error-text.ts";

const secret = "ann@example.com";

test("the package's own messages are shown, and of others name and code", () => {
  const cause = Object.assign(new TypeError(`fetch failed for ${secret}`), { code: "UND_ERR_SOCKET" });
  expect(describeError(new Refusal("pdp_unavailable", "No PDP answers.", { cause }))).toBe(
    "No PDP answers.: TypeError UND_ERR_SOCKET",
  );
  expect(describeError(new Failure("Too long.", { cause: new AuthzError("invalid_option", "No roles.") }))).toBe(
    "Too long.: No roles.",
  );
  expect(describeError(cause, true)).toBe(`TypeError UND_ERR_SOCKET, fetch failed for ${secret}`);
});

test.each<[string, unknown, string]>([
  ["a name that is data", Object.assign(new Error("x"), { name: secret }), "Error"],
  ["a code that is data", Object.assign(new Error("x"), { code: `failed for ${secret}` }), "Error"],
  ["a code that is a number", Object.assign(new Error("x"), { code: 14 }), "Error 14"],
  [
    "an AuthzError, whose message may quote a PDP",
    new AuthzError("pdp_unavailable", secret),
    "AuthzError pdp_unavailable",
  ],
  ["a Refusal of a hook", new Failure("No.", { cause: new Refusal("forbidden", secret) }), "No.: Refusal forbidden"],
  ["a text", secret, "something that is not an Error was thrown"],
  ["an object", { message: secret }, "something that is not an Error was thrown"],
  ["nothing", undefined, "something that is not an Error was thrown"],
  [
    "a getter that throws",
    Object.defineProperty(new Error("x"), "code", {
      get() {
        throw new Error(secret);
      },
    }),
    "Error",
  ],
  ["a cause that is a text", new Error("x", { cause: secret }), "Error: something that is not an Error was thrown"],
  ["a cause that is null", new Error("x", { cause: null }), "Error"],
])("%s", (_, error, text) => {
  expect(describeError(error)).toBe(text);
});

test("causes that go round end", () => {
  const error = new Error("x");
  error.cause = error;
  expect(describeError(error)).toBe("Error: Error: Error: Error: Error");
});

test("the frames of a stack have places, and nothing of a message of several lines", () => {
  const frames = framesOf(new Error(`one\n    at ${secret}:1:1\n    at Kinde (${secret}:1:1)\nthree`));
  expect(frames[0]).toContain("error-text.test.ts");
  expect(frames.join("\n")).not.toMatch(/ann@|three/);
  expect(framesOf(new Error())[0]).toContain("error-text.test.ts");
  expect(framesOf({ message: "two", stack: `Error: one\n    at ${secret}:1:1` })).toEqual([]);
  expect(framesOf({ stack: 1 })).toEqual([]);
});
