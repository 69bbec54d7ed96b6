import { inspect } from "node:util";
import { AuthzError, createAuthorizer, createSession } from "@kinde-cerbos/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redact, withoutTokens } from "../../src/base/redact.ts";
import { token } from "../support.ts";

const base64url = (text: string): string => Buffer.from(text).toString("base64url");
const jwt = token({ org_code: "org_secret" });

describe("redact", () => {
  it("takes tokens out and leaves the rest", () => {
    expect(redact(`Bearer ${jwt}, and ${jwt}.`)).toBe("Bearer [token], and [token].");
    expect(redact(`request of ${jwt} failed`)).toBe("request of [token] failed");
    expect(redact("eyes are no token. eyJ is none either.")).toBe("eyes are no token. eyJ is none either.");
  });

  const [header = "", payload = ""] = jwt.split(".");

  it.each([
    ["after an escaped space", `?access_token=Bearer%20${jwt}&x=1`],
    ["after an escaped new line", JSON.stringify(`sent:\n${jwt}`)],
    ["after an underscore", `access_token_${jwt}`],
    ["after a name and a point", `token.${jwt}`],
    ["without its signature", `${header}.${payload}`],
    ["without the beginning of its header", `${header.slice(9)}.${payload}.AAAA`],
    ["without its end", `${header}.${payload.slice(0, -4)}`],
    ["of five parts", `${header}.${payload}.${payload}.${payload}.${payload}`],
    ["twice, with nothing between", `${jwt}${jwt}`],
    ["twice, with a point between", `${jwt}.${jwt}`],
    ["after what looks like an empty one", `eyJ..eyJ.${jwt}`],
    ["with its points escaped for a URL", jwt.replaceAll(".", "%2E")],
    ["with its points escaped twice", jwt.replaceAll(".", "%252e")],
    ["with its points escaped for JSON", jwt.replaceAll(".", "\\u002e")],
    ["with no key for its content", `${header}..${payload}.${payload}.AAAA`],
    ["whose payload is not shown", `${header}...AAAA and .${payload}.`],
    ["in a list", JSON.stringify(jwt.split("."))],
    ["with something else for its points", jwt.replaceAll(".", "&#46;")],
  ])("takes out a token %s", (_, text) => {
    expect(redact(text)).toContain("[token]");
    expect(redact(text)).not.toContain(payload.slice(0, -4));
  });

  it("takes out every JWT, however its JSON is spaced and whatever is around it", () => {
    const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
    fc.assert(
      fc.property(
        space,
        space,
        fc.string(),
        fc.string(),
        fc.stringMatching(/^[\w-]{0,40}$/),
        (one, other, before, after, signature) => {
          const secret = base64url(`${other}{"sub":"kp_secret"}`);
          const made = `${base64url(`{${one}"alg":${other}"RS256"}`)}.${secret}.${signature}`;
          expect(redact(`${before} ${made} ${after}`)).not.toContain(secret);
        },
      ),
    );
  });

  it("takes out every JWT that was escaped or wrapped: of it, at most the end of a last line is left", () => {
    const long = fc.stringMatching(/^[\w-]{60,200}$/);
    const escape = fc.constantFrom(
      (text: string) => text.replaceAll(/[._-]/g, (char) => `%${char.charCodeAt(0).toString(16)}`),
      (text: string) => text.replaceAll(/[._-]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`),
      (text: string) => text,
    );
    const lineBreak = fc.constantFrom("\n", "\r\n", "\n    ", "\r\n\t", "=\r\n", "\\n", "\\r\\n");
    fc.assert(
      fc.property(
        long,
        long,
        escape,
        fc.integer({ min: 50, max: 100 }),
        lineBreak,
        (text, signature, written, width, between) => {
          const made = [`{"alg":"RS256","kid":"key-1"}`, `{"sub":"${text}"}`]
            .map(base64url)
            .concat(signature)
            .join(".");
          expect(redact(`refused ${written(made)}, sorry`)).toBe("refused [token], sorry");
          const lines = written(made).match(new RegExp(`.{1,${width}}`, "g")) ?? [];
          // The break may come between the characters of an escape.
          fc.pre(lines.every((line) => !/(?:\\|\\u0?0?\w?)$/.test(line)));
          const [before = "", after = "", ...more] = redact(`refused ${lines.join(between)}`).split("[token]");
          expect([before, more]).toEqual(["refused ", []]);
          expect(after.replace(between, "").length).toBeLessThan(20);
        },
      ),
    );
  });

  it("leaves what is no token as it is, and its own work too", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/e[wy]/.test(text));
        expect(redact(text)).toBe(text);
      }),
    );
    for (const text of [
      "framework.config.ts",
      "they.are.here",
      "new.example.com",
      "eyJ",
      "eyJ.",
      "monkey.js",
      "a.eyJhbGciOiJSUzI1NiJ9",
      "eyewitness-news-daily.example.com",
      "newolympus-communications.example.com",
    ]) {
      expect(redact(text)).toBe(text);
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        const redacted = redact(`${text} ${jwt}`);
        expect(redact(redacted)).toBe(redacted);
      }),
    );
  });

  // What a sender can repeat: were the work quadratic, each of them would take hours.
  const wrapped = `\n${"a".repeat(20)}`;
  it.each([
    "eyJ-",
    "eyJ.",
    "ey.",
    "e",
    "eyJ-.",
    "ewo",
    "ewo-/",
    "ewogICJhbGciOiJSUzI1NiJ9.",
    ".",
    "a-",
    "%25",
    "\\u",
    "\n ",
    "\\n",
    wrapped,
  ])("is done at once with megabytes of %j", (part) => {
    const text = part.repeat(4_000_000 / part.length);
    expect(redact(text).length).toBeLessThanOrEqual(text.length);
  });

  it.each(["\\u", wrapped])("needs no more of the stack for more of %j", (part) => {
    const text = part.repeat(40_000_000 / part.length);
    expect(redact(`${text} ${jwt}`).endsWith(" [token]")).toBe(true);
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
    ["name of a property", { [jwt]: 1 }],
    ["symbol", { [Symbol("headers")]: { authorization: jwt } }],
    ["map", new Error("refused", { cause: new Map([["authorization", jwt]]) })],
    ["set", { tokens: new Set([jwt]) }],
    ["headers", { request: { headers: new Headers({ authorization: `Bearer ${jwt}` }) } }],
    ["request", new Error("refused", { cause: new Request("http://127.0.0.1/", { headers: { authorization: jwt } }) })],
    ["message, which it inherits", new DOMException(`refused ${jwt}`, "AbortError")],
    [
      "getter",
      {
        get authorization() {
          return jwt;
        },
      },
    ],
    ["function", { retry: Object.assign(() => {}, { token: jwt }) }],
    ["list", [[{ jwt }]]],
    ["depth", Array.from({ length: 50_000 }).reduce<unknown>((cause) => ({ cause }), jwt)],
  ])("replaces one that holds a token in its %s", (_, cause) => {
    const shown = withoutTokens(cause);
    expect(inspect(shown, { depth: null, showHidden: true, getters: true }) + JSON.stringify(shown)).not.toContain(jwt);
  });

  it("keeps what can be seen of an error that it replaces", () => {
    const cause = Object.assign(new Error(`refused ${jwt} twice`), { response: new Response() });
    expect(withoutTokens(cause)).toMatchObject({
      message: "refused [token] twice",
      stack: expect.stringContaining("redact.test"),
    });
  });

  it("replaces one that cannot be read to its end", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const throwing = {
      get code(): string {
        throw new Error(jwt);
      },
    };
    const noText = Object.assign(new Error("refused"), { message: { jwt } });
    for (const cause of [proxy, { request: proxy }, throwing, new Error("refused", { cause: throwing }), noText]) {
      expect(withoutTokens(cause)).toBeInstanceOf(Error);
      expect(inspect(withoutTokens(cause), { depth: null, showHidden: true })).not.toContain(jwt);
    }
  });

  it("looks at each part once, however many ways lead to it", () => {
    // 2^60 ways. Errors of Node's HTTP clients hold requests, sockets and agents that all hold each other.
    const cause = Array.from({ length: 60 }).reduce<object>((part) => ({ one: part, other: part }), {
      code: "ECONNRESET",
    });
    expect(withoutTokens(cause)).toBe(cause);
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
      checkResources: () =>
        Promise.reject(Object.assign(new Error(`bad: ${jwt}`), { code: 13, details: `bad: ${jwt}` })),
    };
    const session = await createSession(jwt);
    const error: unknown = await createAuthorizer({ pdp, session })
      .check({ action: "view", resource: "document" })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AuthzError);
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(jwt.split(".")[1]);
  });
});
