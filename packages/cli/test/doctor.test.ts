import { type LocalKinde } from "@kinde-cerbos/local-kinde";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type FindingId, type State, TITLES } from "../src/doctor/finding.ts";
import { type Report } from "../src/doctor/report.ts";
import { CERBOS_VERSION, HAS_TOKEN_CACHE } from "./support/cerbos.ts";
import { serveUntrusted } from "./support/https.ts";
import { AUDIENCE, CLIENT_ID, PERSON, serve, startIssuer } from "./support/issuer.ts";
import { type PdpSettings, type RunningPdp, startPdp } from "./support/pdp.ts";
import { run } from "./support/run.ts";

const ORIGIN = "https://app.test";

/** How a finding differs from what it is where all is well. */
type Differences = { readonly [id in FindingId]?: readonly [State, RegExp] };

interface Case {
  readonly name: string;
  readonly pdp?: PdpSettings | (() => PdpSettings);
  readonly args?: readonly string[];
  /** Whether an audience is asked for. Default: true. */
  readonly audience?: boolean;
  /** Takes the place of what is given where all is well; null takes it away. */
  readonly tokens?: { readonly [variable in keyof Tokens]?: () => string | Promise<string> | null };
  readonly differs: Differences;
}

interface Tokens {
  readonly KINDE_TOKEN: string;
  readonly KINDE_EXPIRED_TOKEN: string;
  readonly KINDE_FOREIGN_TOKEN: string;
}

let kinde: LocalKinde;
let other: LocalKinde;
let tokens: Tokens;

/** PDPs by their settings: several cases need the same one. */
const pdps = new Map<string, Promise<RunningPdp>>();

beforeAll(async () => {
  kinde = await startIssuer();
  other = await startIssuer();
  tokens = {
    KINDE_TOKEN: await mint(),
    KINDE_EXPIRED_TOKEN: await mint({ lifetime: -120 }),
    KINDE_FOREIGN_TOKEN: [await mint({ clientId: "other" }), await mint({ claims: { iss: "https://other.test" } })].join(" "),
  };
});

afterAll(async () => {
  for (const pdp of pdps.values()) await (await pdp).stop();
  await kinde.close();
  await other.close();
});

const NO_TOKEN: readonly FindingId[] = [
  "signature",
  "token-cache",
  "alg-none",
  "hs256",
  "expired",
  "policies",
  "subject",
  "audience",
  "issuer",
];

/** What is said of a version with the token cache, where the cache was not seen to be off. Newer ones have none. */
const CACHE_NOT_SEEN: Differences = HAS_TOKEN_CACHE ? { "pdp-version": ["warning", /was not seen to be/] } : {};

const cases: readonly Case[] = [
  { name: "all is well", differs: {} },
  { name: "all is well with the policies for Kinde tokens", pdp: { pack: true }, differs: {} },

  // The PDP's configuration.
  {
    name: "the token cache is Cerbos' default, which before 0.53 is on",
    pdp: { jwt: {} },
    differs: HAS_TOKEN_CACHE
      ? {
          "token-cache": ["danger", /^Accepted: another sub, another exp, another iss, .*, alg none\.$/],
          "pdp-version": ["warning", /believes forged tokens unless its token cache is off/],
        }
      : {},
  },
  {
    name: "the PDP verifies nothing",
    pdp: { jwt: { cacheSize: -1, disableVerification: true } },
    differs: {
      signature: ["danger", /^Accepted: a changed signature, another key under the issuer's kid/],
      "token-cache": ["danger", /^Accepted: another sub/],
      "alg-none": ["danger", /^Accepted: none\.$/],
      hs256: ["danger", /^Accepted: PEM/],
      // Cerbos looks at the time all the same: "expired" is ok.
      ...CACHE_NOT_SEEN,
    },
  },
  {
    name: "the PDP has no key set",
    pdp: { jwt: null },
    differs: {
      "token-accepted": ["danger", /^The PDP refused it: HTTP 400\.$/],
      ...all(NO_TOKEN, ["skipped", /^The genuine token was not accepted/]),
      ...CACHE_NOT_SEEN,
      schema: ["skipped", /what is asked is denied anyway/],
    },
  },
  {
    name: "the PDP has the keys of another issuer",
    pdp: () => ({ jwt: { cacheSize: -1, keySets: [{ id: "kinde", remote: { url: `${other.url}/.well-known/jwks` } }] } }),
    differs: {
      "token-accepted": ["danger", /^The PDP refused it/],
      ...all(NO_TOKEN, ["skipped", /^The genuine token was not accepted/]),
      ...CACHE_NOT_SEEN,
      schema: ["skipped", /denied anyway/],
    },
  },
  {
    name: "the PDP has several key sets, and none is named",
    pdp: twoKeySets,
    differs: {
      "token-accepted": ["danger", /^The PDP refused it/],
      ...all(NO_TOKEN, ["skipped", /^The genuine token was not accepted/]),
      ...CACHE_NOT_SEEN,
      schema: ["skipped", /denied anyway/],
    },
  },
  { name: "one of several key sets is named", pdp: twoKeySets, args: ["--key-set-id=kinde"], differs: {} },
  {
    name: "the PDP takes tokens long after their end",
    pdp: { jwt: { cacheSize: -1, acceptableTimeSkew: "1h" } },
    differs: { expired: ["danger", /^It was accepted\.$/] },
  },
  {
    name: "the PDP takes tokens shortly after their end",
    pdp: { jwt: { cacheSize: -1, acceptableTimeSkew: "1h" } },
    tokens: { KINDE_EXPIRED_TOKEN: () => mint({ lifetime: -5 }) },
    differs: { expired: ["warning", /s after its end/] },
  },
  {
    name: "CORS is off",
    pdp: { cors: { disabled: true } },
    differs: { cors: ["danger", /hides the answers from pages of https:\/\/app\.test/] },
  },
  {
    name: "CORS lists another origin",
    pdp: { cors: { allowedOrigins: ["https://elsewhere.test"] } },
    differs: { cors: ["danger", /hides the answers/] },
  },
  {
    name: "CORS is Cerbos' default",
    pdp: { cors: {} },
    differs: { cors: ["warning", /so may those of any other origin/] },
  },
  {
    name: "the limits of requests are lower than ours",
    pdp: { requestLimits: { maxResourcesPerRequest: 20, maxActionsPerResource: 10 } },
    differs: {
      "max-resources": ["warning", /^It takes 20 resources in a request, and 50 are sent\.$/],
      "max-actions": ["warning", /^It takes 10 actions of a resource, and 50 are sent\.$/],
    },
  },
  {
    name: "the app sends as few as the PDP takes",
    pdp: { requestLimits: { maxResourcesPerRequest: 20, maxActionsPerResource: 10 } },
    args: ["--max-resources=20", "--max-actions=10"],
    differs: {},
  },
  {
    name: "the app sends more than Cerbos takes by default",
    args: ["--max-resources=51", "--max-actions=51"],
    differs: {
      "max-resources": ["warning", /^It takes 50 resources in a request, and 51 are sent\.$/],
      "max-actions": ["warning", /^It takes 50 actions of a resource, and 51 are sent\.$/],
    },
  },
  {
    name: "schemas only warn",
    pdp: { enforcement: "warn" },
    differs: { schema: ["warning", /schema\.enforcement is warn/] },
  },
  {
    name: "schemas are not enforced",
    pdp: { enforcement: "none" },
    differs: { schema: ["warning", /for kinde_doctor: schemas are not enforced, or it has none/] },
  },
  {
    name: "schemas only warn, with the policies for Kinde tokens",
    pdp: { pack: true, enforcement: "warn" },
    differs: { schema: ["warning", /schema\.enforcement is warn/] },
  },
  {
    name: "schemas are not enforced, with the policies for Kinde tokens",
    pdp: { pack: true, enforcement: "none" },
    differs: { schema: ["warning", /for kinde_doctor: schemas are not enforced/] },
  },
  {
    name: "schemas are not enforced for a kind of one's own",
    pdp: { enforcement: "none" },
    args: ["--schema-kind=document"],
    differs: { schema: ["warning", /schemas are not enforced/] },
  },
  {
    name: "the policy for the doctor has no schema",
    pdp: { schema: false },
    differs: { schema: ["warning", /for kinde_doctor: schemas are not enforced, or it has none/] },
  },
  {
    name: "a kind of one's own has a schema",
    args: ["--schema-kind=document"],
    differs: { schema: ["skipped", /are reported\. Whether they are refused, too, is not known/] },
  },
  {
    name: "a kind is unknown",
    args: ["--schema-kind=nonsense"],
    differs: { schema: ["skipped", /No policy knows the kind nonsense/] },
  },

  // The policies.
  {
    name: "the policies compare no issuer",
    pdp: { asserts: ["azp", "sub"] },
    differs: { issuer: ["danger", /^They allowed it/] },
  },
  {
    name: "the policies compare no application",
    pdp: { asserts: ["iss", "sub"] },
    differs: { audience: ["danger", /^They allowed a genuine token with another azp and aud\.$/] },
  },
  {
    name: "the policies compare no subject",
    pdp: { asserts: ["iss", "azp"] },
    differs: { subject: ["danger", /^They allowed it/] },
  },
  {
    name: "the policies allow without a token",
    pdp: { asserts: [] },
    differs: {
      policies: ["danger", /without a token, too/],
      subject: ["skipped", /proves nothing yet/],
      audience: ["danger", /^They allowed/],
      issuer: ["danger", /^They allowed/],
      schema: ["skipped", /denied anyway/],
    },
  },
  {
    name: "the policies are for another issuer",
    pdp: { globals: { issuer: "https://elsewhere.test", clientId: CLIENT_ID } },
    differs: {
      policies: ["danger", /^They deny it/],
      subject: ["skipped", /proves nothing yet/],
      audience: ["skipped", /so is whatever else is asked/],
      issuer: ["skipped", /so is whatever else is asked/],
      schema: ["skipped", /denied anyway/],
    },
  },
  {
    name: "no policy knows the doctor",
    pdp: { asserts: null },
    differs: {
      policies: ["skipped", /^No policy knows the kind kinde_doctor/],
      subject: ["skipped", /proves nothing yet/],
      audience: ["skipped", /so is whatever else is asked/],
      issuer: ["skipped", /so is whatever else is asked/],
      schema: ["skipped", /^No policy knows the kind kinde_doctor/],
    },
  },

  // The token.
  {
    name: "no token is given",
    tokens: { KINDE_TOKEN: () => null },
    differs: {
      token: ["skipped", /^No token was given/],
      "token-accepted": ["skipped", /no genuine token/],
      ...all(NO_TOKEN, ["skipped", /no genuine token/]),
      ...all(["roles", "permissions", "feature-flags"], ["skipped", /no token whose claims/]),
      ...CACHE_NOT_SEEN,
      schema: ["skipped", /denied anyway/],
    },
  },
  {
    name: "the token has expired",
    tokens: { KINDE_TOKEN: () => mint({ lifetime: -1 }) },
    differs: {
      token: ["danger", /^It has expired\.$/],
      "token-accepted": ["skipped", /no genuine token/],
      ...all(NO_TOKEN, ["skipped", /no genuine token/]),
      ...CACHE_NOT_SEEN,
      schema: ["skipped", /denied anyway/],
    },
  },
  {
    name: "the token is of another issuer",
    tokens: { KINDE_TOKEN: () => mint({ by: other }) },
    differs: {
      token: ["danger", /^No key of the issuer has signed it with RS256\.$/],
      "token-accepted": ["skipped", /no genuine token/],
      ...all(NO_TOKEN, ["skipped", /no genuine token/]),
      ...CACHE_NOT_SEEN,
      schema: ["skipped", /denied anyway/],
    },
  },
  {
    name: "the token has no subject",
    tokens: { KINDE_TOKEN: () => mint({ claims: { sub: undefined } }) },
    differs: {
      token: ["danger", /"sub" is missing/],
      "token-accepted": ["skipped", /no genuine token/],
      ...all(NO_TOKEN, ["skipped", /no genuine token/]),
      ...all(["roles", "permissions", "feature-flags"], ["skipped", /no token whose claims/]),
      ...CACHE_NOT_SEEN,
      schema: ["skipped", /denied anyway/],
    },
  },
  {
    name: "the token says that it is of another issuer, and for others",
    tokens: {
      KINDE_TOKEN: () => mint({ clientId: "other", claims: { iss: "https://other.test", at_hash: "x" } }),
      KINDE_FOREIGN_TOKEN: () => null,
    },
    differs: {
      token: ["danger", /iss is not --issuer; its azp is not --client-id; its aud lacks --audience; it looks like an id token/],
      policies: ["danger", /^They deny it/],
      subject: ["skipped", /proves nothing yet/],
      audience: ["skipped", /none was given/],
      issuer: ["skipped", /none was given/],
      schema: ["skipped", /denied anyway/],
      roles: ["warning", /no claim roles/],
    },
  },
  {
    name: "the token has no end",
    tokens: { KINDE_TOKEN: () => mint({ claims: { exp: undefined } }) },
    differs: { token: ["warning", /^It has no exp\.$/] },
  },
  {
    name: "the token has no roles, permissions and flags",
    tokens: { KINDE_TOKEN: () => mint({ claims: { roles: undefined, permissions: undefined, feature_flags: undefined } }) },
    differs: {
      roles: ["warning", /no claim roles/],
      permissions: ["warning", /no claim permissions/],
      "feature-flags": ["warning", /no claim feature_flags/],
    },
  },
  {
    name: "the token has Hasura's names",
    args: ["--client-id=hasura"],
    pdp: () => ({ globals: { issuer: kinde.url, clientId: "hasura" } }),
    tokens: {
      KINDE_TOKEN: () => mint({ clientId: "hasura", claims: { aud: [AUDIENCE] } }),
      KINDE_FOREIGN_TOKEN: async () =>
        [await mint({ clientId: "other" }), await mint({ clientId: "hasura", claims: { aud: [AUDIENCE], iss: "https://other.test" } })].join(" "),
    },
    differs: {},
  },

  // Tokens that only an issuer can make.
  {
    name: "no expired and no foreign token is given",
    tokens: { KINDE_EXPIRED_TOKEN: () => null, KINDE_FOREIGN_TOKEN: () => null },
    differs: {
      expired: ["skipped", /none was given/],
      audience: ["skipped", /none was given/],
      issuer: ["skipped", /none was given/],
    },
  },
  {
    name: "the expired token has not expired",
    tokens: { KINDE_EXPIRED_TOKEN: () => mint() },
    differs: { expired: ["skipped", /has not expired/] },
  },
  {
    name: "the expired token is of another issuer",
    tokens: { KINDE_EXPIRED_TOKEN: () => mint({ by: other, lifetime: -120 }) },
    differs: { expired: ["skipped", /not verified as one of the issuer's/] },
  },
  {
    name: "the foreign token is not foreign",
    tokens: { KINDE_FOREIGN_TOKEN: () => mint() },
    differs: { audience: ["skipped", /same application or audience/], issuer: ["skipped", /none was given/] },
  },
  {
    name: "the foreign tokens have expired",
    tokens: {
      KINDE_FOREIGN_TOKEN: async () =>
        [await mint({ clientId: "other", lifetime: -5 }), await mint({ by: other, lifetime: -5 })].join(" "),
    },
    differs: { audience: ["skipped", /not verified/], issuer: ["skipped", /has expired/] },
  },
  {
    name: "the PDP has no key of the foreign token's issuer",
    tokens: { KINDE_FOREIGN_TOKEN: () => mint({ by: other }) },
    differs: { audience: ["skipped", /none was given/], issuer: ["ok", /did not get as far as the policies/] },
  },
  {
    name: "the token of another issuer differs in more than that",
    tokens: { KINDE_FOREIGN_TOKEN: () => mint({ clientId: "other", claims: { iss: "https://other.test" } }) },
    differs: { audience: ["skipped", /none was given/], issuer: ["skipped", /another azp and aud, so whether/] },
  },
  {
    name: "a token of another application has the audience that is asked for",
    pdp: { asserts: ["iss", "sub"] },
    tokens: { KINDE_FOREIGN_TOKEN: () => mint({ clientId: "other", claims: { aud: [AUDIENCE, "https://more.test"] } }) },
    differs: { audience: ["skipped", /same application or audience/], issuer: ["skipped", /none was given/] },
  },
  {
    name: "a token of another application with the same audience is allowed, and no audience is asked for",
    pdp: { asserts: ["iss", "sub"] },
    audience: false,
    tokens: { KINDE_FOREIGN_TOKEN: () => mint({ clientId: "other", claims: { aud: [AUDIENCE] } }) },
    differs: { audience: ["warning", /another azp and the same aud/], issuer: ["skipped", /none was given/] },
  },
];

describe.each(cases)("$name", ({ pdp, args = [], audience = true, tokens: replaced = {}, differs }) => {
  test("is what is reported", async () => {
    const { url } = await pdpFor(typeof pdp === "function" ? pdp() : pdp);
    const { code, report } = await examine(url, kinde.url, [...(audience ? [`--audience=${AUDIENCE}`] : []), ...args], await tokensWith(replaced));

    expectReport(report, differs);
    expect(report.target).toEqual({ pdp: url, issuer: kinde.url, kind: "pdp", cerbos: CERBOS_VERSION });
    expect(code).toBe(report.findings.some(({ state }) => state === "danger") ? 1 : 0);
  });
});

describe("A token that ends while it is examined", () => {
  test("proves nothing by being refused", async () => {
    const { url } = await pdpFor();
    let asked = 0;
    const { code, report } = await examine(url, kinde.url, [], tokens, (input, init) => {
      const isGenuine = typeof init?.body === "string" && init.body.includes(tokens.KINDE_TOKEN);
      if (isGenuine) asked += 1;
      // Once to see that it is accepted, and once for the policies.
      return isGenuine && asked > 2
        ? Promise.resolve(Response.json({ code: 3, message: "invalid auxData" }, { status: 400 }))
        : fetch(input, init);
    });

    expect(states(report)).toMatchObject({
      "token-accepted": "ok",
      ...Object.fromEntries(["signature", "token-cache", "alg-none", "hs256", "subject", "schema"].map((id) => [id, "skipped"])),
    });
    expect(code).toBe(0);
  });
});

describe("What is not there", () => {
  const ofPdp: Differences = {
    "token-accepted": ["skipped", /^The PDP did not answer/],
    ...all(NO_TOKEN, ["skipped", /^The PDP did not answer/]),
    "pdp-version": ["skipped", /^The PDP did not answer/],
    ...all(["cors", "max-resources", "max-actions", "schema"], ["skipped", /^The PDP did not answer/]),
  };

  test("a PDP that is down is a danger, and nothing is said to be proven", async () => {
    const gone = await serve(() => null);
    await gone.close();

    const { code, report } = await examine(gone.url, kinde.url, [], tokens);

    expectReport(report, { ...ofPdp, "pdp-reachable": ["danger", /no connection: ECONNREFUSED/] });
    expect(code).toBe(1);
  });

  test("a certificate that is not trusted here is named as that, with where to name its CA", async () => {
    await using untrusted = disposable(await serveUntrusted());

    const { code, report } = await examine(untrusted.url, untrusted.url, [], tokens);

    const seen = report.findings.filter(({ id }) => id === "pdp-reachable" || id === "jwks-reachable");
    for (const finding of seen) {
      expect(finding).toMatchObject({ state: "danger", seen: expect.stringMatching(/SELF_SIGNED_CERT.*NODE_EXTRA_CA_CERTS/) });
    }
    expect(seen).toHaveLength(2);
    expect(code).toBe(1);
  });

  test("HTTPS where the PDP speaks HTTP is named as that", async () => {
    const { url } = await pdpFor();

    const { code, report } = await examine(url.replace("http:", "https:"), kinde.url, [], tokens);

    expectReport(report, { ...ofPdp, "pdp-reachable": ["danger", /WRONG_VERSION_NUMBER.*http:\/\//] });
    expect(code).toBe(1);
  });

  test("something else at the PDP's address is a danger", async () => {
    const { code, report } = await examine(kinde.url, kinde.url, [], tokens);

    expectReport(report, { ...ofPdp, "pdp-reachable": ["danger", /HTTP 404/] });
    expect(report.target.kind).toBe("unknown");
    expect(code).toBe(1);
  });

  test("an issuer that is down is a danger, and the PDP is examined all the same", async () => {
    const { url } = await pdpFor();
    const gone = await serve(() => null);
    await gone.close();

    const { code, report } = await examine(url, gone.url, [], {
      ...tokens,
      KINDE_TOKEN: await mint({ claims: { iss: gone.url } }),
    });

    expect(states(report)).toMatchObject({
      "jwks-reachable": "danger",
      "jwks-keys": "skipped",
      token: "warning",
      "token-accepted": "ok",
      signature: "ok",
      "token-cache": "ok",
      hs256: "skipped",
      expired: "skipped",
    });
    expect(code).toBe(1);
  });

  test("an issuer without a JWKS is a danger", async () => {
    const { url } = await pdpFor();
    await using issuer = disposable(await serve(() => ({ hello: "world" })));

    const { report } = await examine(url, issuer.url, [], tokens);

    expect(states(report)).toMatchObject({ "jwks-reachable": "danger", "jwks-keys": "skipped" });
  });
});

describe("The issuer's keys", () => {
  test.each<{ name: string; change: (key: object) => object[]; verdict: readonly [State, RegExp] }>([
    { name: "without kid", change: (key) => [without(key, "kid")], verdict: ["danger", /^1 of 1 RSA key without kid\.$/] },
    { name: "without alg", change: (key) => [without(key, "alg")], verdict: ["danger", /^1 of 1 RSA key without alg\.$/] },
    { name: "in part without alg", change: (key) => [key, without(key, "alg")], verdict: ["warning", /^1 of 2 RSA keys without alg\.$/] },
    { name: "none of RSA", change: () => [{ kty: "OKP" }], verdict: ["danger", /^There is no RSA key/] },
    { name: "complete", change: (key) => [key], verdict: ["ok", /^1 RSA key, each with kid and alg\.$/] },
  ])("$name: $verdict.0", async ({ change, verdict: [state, seen] }) => {
    const { url } = await pdpFor();
    const jwks: { keys: [object] } = JSON.parse(await (await fetch(`${kinde.url}/.well-known/jwks`)).text());
    await using issuer = disposable(
      await serve((path) => (path === "/.well-known/jwks" ? { keys: change(jwks.keys[0]) } : null)),
    );

    const { report } = await examine(url, issuer.url, [], tokens);

    const found = report.findings.find(({ id }) => id === "jwks-keys");
    expect(found?.state).toBe(state);
    expect(found?.seen).toMatch(seen);
  });
});

async function examine(
  pdp: string,
  issuer: string,
  args: readonly string[],
  env: { readonly [name in keyof Tokens]?: string },
  through?: typeof fetch,
): Promise<{ code: number; report: Report }> {
  const options = [`--pdp=${pdp}`, `--issuer=${issuer}`, `--client-id=${CLIENT_ID}`, `--origin=${ORIGIN}`];
  const { code, stdout, stderr } = await run(["doctor", ...options, ...args, "--json"], {
    env: { ...env },
    ...(through && { fetch: through }),
  });
  expect(stderr).toBe("");
  expectNoSecret(stdout, env);
  const report: Report = JSON.parse(stdout);
  return { code, report };
}

/** Neither a token nor a part of one, nor what only claims hold. */
function expectNoSecret(text: string, env: { readonly [name: string]: string | undefined }): void {
  const parts = Object.values(env).flatMap((given) => given?.split(/[ .]/) ?? []);
  for (const part of [...parts, PERSON, "org_acme", "doc:read", "kinde-cerbos-doctor"]) expect(text).not.toContain(part);
}

/** Everything is as where all is well, but for what differs. What is not well has a remedy, and what is well has none. */
function expectReport({ findings }: Report, differs: Differences): void {
  const expected = Object.entries(TITLES).map(([id, title]) => {
    const [state, seen] = Object.entries(differs).find(([differing]) => differing === id)?.[1] ?? ["ok", /./];
    return { id, title, state, seen: expect.stringMatching(seen), hasRemedy: state !== "ok", docs: `docs/doctor.md#${id}` };
  });
  expect(findings.map(({ remedy, ...rest }) => ({ ...rest, hasRemedy: remedy !== undefined }))).toEqual(expected);
}

function states(report: Report): { [id: string]: State } {
  return Object.fromEntries(report.findings.map(({ id, state }) => [id, state]));
}

function all(ids: readonly FindingId[], verdict: readonly [State, RegExp]): Differences {
  return Object.fromEntries(ids.map((id) => [id, verdict]));
}

function pdpFor(settings: PdpSettings = {}): Promise<RunningPdp> {
  const key = JSON.stringify(settings);
  const running =
    pdps.get(key) ??
    startPdp({ jwksUrl: `${kinde.url}/.well-known/jwks`, issuer: kinde.url, clientId: CLIENT_ID, origin: ORIGIN }, settings);
  pdps.set(key, running);
  return running;
}

function twoKeySets(): PdpSettings {
  const keySets = [
    { id: "kinde", remote: { url: `${kinde.url}/.well-known/jwks` } },
    { id: "other", remote: { url: `${other.url}/.well-known/jwks` } },
  ];
  return { jwt: { cacheSize: -1, keySets } };
}

function mint({ by = kinde, ...options }: { by?: LocalKinde } & Partial<Parameters<LocalKinde["createToken"]>[0]> = {}): Promise<string> {
  return by.createToken({ person: PERSON, ...options });
}

async function tokensWith(replaced: NonNullable<Case["tokens"]>): Promise<{ [name in keyof Tokens]?: string }> {
  const given: { [name: string]: string } = { ...tokens };
  for (const [name, make] of Object.entries(replaced)) {
    const token = await make();
    if (token === null) delete given[name];
    else given[name] = token;
  }
  return given;
}

function without(key: object, name: string): object {
  return Object.fromEntries(Object.entries(key).filter(([member]) => member !== name));
}

function disposable<Closable extends { close(): Promise<void> }>(server: Closable): Closable & AsyncDisposable {
  return { ...server, [Symbol.asyncDispose]: () => server.close() };
}
