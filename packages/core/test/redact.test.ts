import { AuthzError, createAuthorizer, createSession } from "@kinde-cerbos/core";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";

import { redact, withoutTokens } from "../src/redact.ts";
import { token } from "./support.ts";

const jwt = token({ org_code: "org_secret" });

describe("redact", () => {
  it("takes tokens out and leaves the rest", () => {
    expect(redact(`Bearer ${jwt}, and ${jwt}.`)).not.toContain(jwt.split(".")[1]);
    expect(redact(`request of ${jwt} failed`)).toBe("request of [token] failed");
    expect(redact("eyes are no token. eyJ is none either.")).toBe("eyes are no token. eyJ is none either.");
  });
});

describe("withoutTokens", () => {
  it("keeps a cause that holds none", () => {
    const cause = new Error("down", { cause: { code: "ECONNREFUSED" } });
    expect(withoutTokens(cause)).toBe(cause);
    expect(withoutTokens(undefined)).toBe(undefined);
  });

  it.each([
    ["message", new Error(`refused ${jwt}`)],
    ["property", Object.assign(new Error("refused"), { details: `refused ${jwt}` })],
    ["cause", new Error("refused", { cause: new Error(jwt) })],
    ["request", { request: { headers: { authorization: `Bearer ${jwt}` } } }],
    ["text", `refused ${jwt}`],
  ])("replaces one that holds a token in its %s", (_, cause) => {
    expect(inspect(withoutTokens(cause), { depth: null, showHidden: true })).not.toContain(jwt);
  });

  it("ends at a cycle", () => {
    const cause = new Error("round");
    cause.cause = cause;
    expect(withoutTokens(cause)).toBe(cause);
  });
});

describe("promise 12: nothing leaks", () => {
  it("when a proxy's error quotes the request, and the client quotes the error", async () => {
    const pdp = {
      checkResources: () => Promise.reject(Object.assign(new Error(`bad: ${jwt}`), { code: 13, details: `bad: ${jwt}` })),
    };
    const session = await createSession(jwt);
    const error: unknown = await createAuthorizer({ pdp, session })
      .check({ action: "view", resource: "document" })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AuthzError);
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(jwt.split(".")[1]);
  });
});
