// Options that do not hold: each is refused at the start, by its name, by every function that takes it.
import { AuthzError } from "@kinde-cerbos/core";
import { createEnforcer, createGateway, createRateLimiter, createTokenVerifier } from "@kinde-cerbos/server";
import { kindeCerbos } from "@kinde-cerbos/server/vite";
import { describe, expect, test } from "vitest";
import { API, APP, ISSUER } from "./keys.ts";

/** Untyped, as an app in JavaScript calls it. */
type Create = (options: never) => unknown;

const trust = { issuer: ISSUER, audience: API, clientId: APP };
const makers: [string, Create, object][] = [
  ["createTokenVerifier", createTokenVerifier, trust],
  ["createGateway", createGateway, { ...trust, pdp: "http://pdp:3592" }],
  ["createEnforcer", createEnforcer, { ...trust, pdp: "http://pdp:3592" }],
  ["kindeCerbos", kindeCerbos, { ...trust, pdp: "http://pdp:3592" }],
];
const ofPdp = makers.slice(1);

/** The message of the `invalid_option`; `null` if the options are taken. */
function messageOf(create: Create, options: unknown): string | null {
  try {
    Reflect.apply(create, undefined, [options]);
    return null;
  } catch (error) {
    if (!(error instanceof AuthzError) || error.code !== "invalid_option") throw error;
    return error.message;
  }
}

describe.each(makers)("%s", (name, create, good) => {
  test("takes what is right", () => {
    expect(messageOf(create, good)).toBeNull();
  });

  test.each<[string, string]>([
    ["audiance", "audience"],
    ["clientID", "clientId"],
    ["jwksMaxAge", "jwksMaxAgeMs"],
    ["issuers", "issuer"],
  ])("refuses %s, and names what was meant", (wrong, meant) => {
    expect(messageOf(create, { ...good, [wrong]: "x" })).toBe(
      `${name} has no option "${wrong}". Did you mean "${meant}"?`,
    );
    // Also where it says nothing: it was meant to.
    expect(messageOf(create, { ...good, [wrong]: undefined })).toContain(meant);
  });

  test("refuses a name that is like none, and says which there are", () => {
    expect(messageOf(create, { ...good, "x-y-z": 1 })).toMatch(
      /^\w+ has no option "x-y-z"\. It takes .*issuer.*audience/,
    );
    for (const inherited of ["constructor", "__proto__", "toString"]) {
      expect(messageOf(create, { ...good, [inherited]: 1 })).toContain(`no option "${inherited}"`);
    }
  });

  test.each([undefined, null, "options", [], () => ({})])("refuses %s in the place of options", (options) => {
    // It calls a function for its options when a server starts.
    if (create === kindeCerbos && typeof options === "function") return;
    expect(messageOf(create, options)).toContain(name);
  });

  test.each<[string, unknown]>([
    ["http", "http://example.kinde.com"],
    ["http in capitals", "HTTP://example.kinde.com"],
    ["a host that begins like this machine's", "http://127.0.0.1.example.com"],
    ["a host that ends like this machine's", "http://example.localhost.com"],
    ["a user", "https://user@example.kinde.com"],
    ["a password", "https://user:secret@example.kinde.com"],
    ["a password alone", "https://:secret@example.kinde.com"],
    ["a query", "https://example.kinde.com?tenant=a"],
    ["an empty query", "https://example.kinde.com/?"],
    ["a fragment", "https://example.kinde.com#a"],
    ["a space at its end", "https://example.kinde.com "],
    ["a line in it", "https://example.kinde\n.com"],
    ["one slash", "https:/example.kinde.com"],
    ["a backslash", "https:\\\\example.kinde.com"],
    ["another scheme", "ftp://example.kinde.com"],
    ["no scheme", "example.kinde.com"],
    ["a URL", new URL("https://example.kinde.com")],
  ])("refuses an issuer with %s", (_, issuer) => {
    const message = messageOf(create, { ...good, issuer });
    expect(message).toMatch(/^issuer must /);
    expect(message).not.toContain("secret");
  });

  test.each([
    "https://example.kinde.com/",
    "https://auth.example.com/tenant",
    "http://localhost:4005",
    "http://LOCALHOST:4005",
    "http://127.0.0.1:4005",
    "http://127.8.9.10",
    "http://127.1",
    "http://[::1]:4005",
  ])("takes the issuer %s", (issuer) => {
    expect(messageOf(create, { ...good, issuer })).toBeNull();
  });

  test.each([
    "http://kinde:4005/.well-known/jwks",
    "http://10.0.0.1/jwks",
    "http://[::ffff:7f00:1]/jwks",
    "https://user:secret@example.com/jwks",
    "https://example.com/jwks#a",
    "file:///keys",
  ])("refuses the jwksUrl %s", (jwksUrl) => {
    const message = messageOf(create, { ...good, jwksUrl });
    expect(message).toMatch(/^jwksUrl must /);
    expect(message).not.toContain("secret");
  });

  test.each(["https://example.com/jwks?tenant=a", "http://localhost:4005/.well-known/jwks"])(
    "takes the jwksUrl %s",
    (jwksUrl) => {
      expect(messageOf(create, { ...good, jwksUrl })).toBeNull();
    },
  );
});

describe.each(ofPdp)("%s", (name, create, good) => {
  test.each<[string, unknown]>([
    ["a password", "http://user:secret@pdp:3592"],
    ["a password in one of several", ["http://pdp:3592", "http://user:secret@pdp:3592"]],
    ["a query", "http://pdp:3592?a=b"],
    ["a fragment", "http://pdp:3592#a"],
  ])("refuses a pdp with %s", (_, pdp) => {
    const message = messageOf(create, { ...good, pdp });
    expect(message).toMatch(/^pdp must /);
    expect(message).not.toContain("secret");
  });

  test("takes a pdp over http, as a sidecar is", () => {
    expect(messageOf(create, { ...good, pdp: ["http://10.0.0.1:3592", "http://127.0.0.1:3592"] })).toBeNull();
  });

  test.each([
    [
      { principal: { scopeFromOrgs: () => "" } },
      'principal has no option "scopeFromOrgs". Did you mean "scopeFromOrg"?',
    ],
    [{ principal: null }, "principal takes an object"],
    [{ principal: { baseRoles: "user" } }, "principal.baseRoles must "],
    [{ principal: { baseRoles: ["user", ""] } }, "principal.baseRoles must "],
    [{ principal: { enrich: "entitlements" } }, "principal.enrich must "],
    [{ principal: { map: {} } }, "principal.map must "],
    [{ principal: { scopeFromOrg: null } }, "principal.scopeFromOrg must "],
    [{ keySetId: "" }, "keySetId must "],
    [{ keySetId: ["kinde"] }, "keySetId must "],
    [{ pdp: null }, "pdp must "],
    [{ fetch: null }, "fetch must "],
    [{ now: 1_800_000_000_000 }, "now must "],
    [{ timeOutMs: 1 }, `${name} has no option "timeOutMs". Did you mean "timeoutMs"?`],
  ])("refuses %o", (changes, message) => {
    expect(messageOf(create, { ...good, ...changes })).toContain(message);
  });
});

test.each<[string, Create, object, string]>([
  [
    "createGateway",
    createGateway,
    { limits: { inflight: 1 } },
    'limits has no option "inflight". Did you mean "inFlight"?',
  ],
  ["createGateway", createGateway, { limits: null }, "limits takes an object"],
  ["createGateway", createGateway, { limits: [] }, "limits takes an object"],
  ["createGateway", createGateway, { allow: [] }, "allow must have"],
  ["createGateway", createGateway, { allow: null }, "allow must have"],
  ["createGateway", createGateway, { allow: "*" }, "allow must have"],
  ["createGateway", createGateway, { allow: { document: "view" } }, "allow must have"],
  ["createGateway", createGateway, { allow: { document: null } }, "allow must have"],
  ["createGateway", createGateway, { allow: { document: [1] } }, "allow must have"],
  ["createGateway", createGateway, { path: "/authz" }, 'createGateway has no option "path"'],
  ["createGateway", createGateway, { cache: { maxAgeMs: 1 } }, 'createGateway has no option "cache"'],
  [
    "createEnforcer",
    createEnforcer,
    { cache: { maxAge: 1 } },
    'cache has no option "maxAge". Did you mean "maxAgeMs"?',
  ],
  ["createEnforcer", createEnforcer, { cache: null }, "cache takes an object"],
  ["createEnforcer", createEnforcer, { cache: true }, "cache takes an object"],
  ["createEnforcer", createEnforcer, { allow: {} }, 'createEnforcer has no option "allow"'],
  ["createEnforcer", createEnforcer, { tokenOf: "cookie" }, "tokenOf must be a function"],
  ["kindeCerbos", kindeCerbos, { paht: "/authz" }, 'kindeCerbos has no option "paht". Did you mean "path"?'],
  ["kindeCerbos", kindeCerbos, { path: 1 }, "path must begin with a slash"],
])("%s refuses what is its own: %o", (_, create, changes, message) => {
  expect(messageOf(create, { ...trust, pdp: "http://pdp:3592", ...changes })).toContain(message);
});

test("createRateLimiter refuses a name that is none", () => {
  expect(messageOf(createRateLimiter, { perMinut: 1 })).toBe(
    'createRateLimiter has no option "perMinut". Did you mean "perMinute"?',
  );
  expect(messageOf(createRateLimiter, null)).toContain("createRateLimiter");
  expect(messageOf(createRateLimiter, undefined)).toBeNull();
});
