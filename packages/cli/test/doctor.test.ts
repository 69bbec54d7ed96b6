import { type LocalKinde } from "@kinde-cerbos/local-kinde";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Report } from "../src/doctor/report.ts";
import { FINDING_IDS, type FindingId, type State, TITLES } from "../src/doctor/titles.ts";
import { CERBOS_VERSION, HAS_STRICT_EVALUATION, HAS_TOKEN_CACHE } from "./support/cerbos.ts";
import { serveUntrusted } from "./support/https.ts";
import { AUDIENCE, CLIENT_ID, PERSON, serve, startIssuer } from "./support/issuer.ts";
import { type PdpSettings, type RunningPdp, startPdp } from "./support/pdp.ts";
import { run } from "./support/run.ts";

const ORIGIN = "https://app.test";

/** The findings that are not ok. Without a title, the title is that of the state. */
type Differences = { readonly [id in FindingId]?: readonly [state: State, seen: RegExp, title?: string] };

interface Case {
  readonly name: string;
  readonly pdp?: PdpSettings | (() => PdpSettings);
  readonly args?: readonly string[];
  /** Whether the doctor gets `--audience`. Default: true. */
  readonly audience?: boolean;
  /** Replaces the tokens of the default run; null removes one. */
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

/** The running PDPs, by their settings: several cases use the same one. */
const pdps = new Map<string, Promise<RunningPdp>>();

beforeAll(async () => {
  kinde = await startIssuer();
  other = await startIssuer();
  tokens = {
    KINDE_TOKEN: await mint(),
    KINDE_EXPIRED_TOKEN: await mint({ lifetime: -120 }),
    KINDE_FOREIGN_TOKEN: [
      await mint({ clientId: "other" }),
      await mint({ claims: { iss: "https://other.test" } }),
    ].join(" "),
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

/** The verdict on a version with the token cache, if the doctor did not see that it is off. */
const CACHE_NOT_SEEN: Differences = HAS_TOKEN_CACHE ? { "pdp-version": ["warning", /did not see that it is off/] } : {};

/** The findings that are skipped if the token is not allowed. */
const NOT_ALLOWED: Differences = {
  schema: ["skipped", /because the check is denied anyway/],
  "strict-evaluation": ["skipped", /only with a token that the policies allow/],
};

/** The findings that are skipped with policies that are older than the doctor. */
const OLDER_PACK: Differences = { "strict-evaluation": ["skipped", /older than this doctor/] };

/** The findings that are skipped if the policies deny the token. */
const POLICIES_DENY: Differences = {
  subject: ["skipped", /a denial proves nothing/],
  audience: ["skipped", /so is your own token/],
  issuer: ["skipped", /so is your own token/],
  ...NOT_ALLOWED,
};

const ALL_ASSERTS = ["iss", "azp", "sub"] as const;

/** Wrong settings of the PDP for tokens, and the findings that name them. */
const SETTINGS: readonly Case[] = [
  {
    name: "the PDP is set up for another issuer",
    pdp: { globals: { issuer: "https://elsewhere.test", clientId: CLIENT_ID } },
    differs: {
      policies: ["danger", /^engine\.globals\.issuer of the PDP does not match the token's iss\.$/],
      ...POLICIES_DENY,
    },
  },
  {
    name: "the PDP is set up for another application",
    pdp: () => ({ globals: { issuer: kinde.url, clientId: "elsewhere" } }),
    differs: {
      policies: ["danger", /^engine\.globals\.clientId of the PDP does not match the token's azp\.$/],
      ...POLICIES_DENY,
    },
  },
  {
    name: "the PDP is set up for other applications",
    pdp: () => ({ globals: { issuer: kinde.url, clientId: ["elsewhere", "anywhere"] } }),
    differs: {
      policies: ["danger", /^engine\.globals\.clientId of the PDP does not match the token's azp\.$/],
      ...POLICIES_DENY,
    },
  },
  {
    name: "the PDP is set up for another audience",
    pdp: () => ({ globals: { issuer: kinde.url, clientId: CLIENT_ID, audience: "https://elsewhere.test" } }),
    tokens: { KINDE_TOKEN: () => mint({ claims: { aud: [AUDIENCE] } }) },
    differs: {
      policies: ["danger", /^engine\.globals\.audience of the PDP does not match the token's aud\.$/],
      ...POLICIES_DENY,
    },
  },
  {
    name: "the PDP is not set up",
    pdp: { globals: { unrelated: "setting" } },
    differs: {
      policies: [
        "danger",
        /^engine\.globals\.issuer of the PDP is not set\. engine\.globals of the PDP has no clientId, and no audience/,
      ],
      ...POLICIES_DENY,
    },
  },
  {
    name: "the settings are right, and the policies deny all the same",
    tokens: { KINDE_TOKEN: () => mint({ claims: { at_hash: "x" } }) },
    differs: {
      token: ["danger", /^About this token: it looks like an id token, as it has at_hash\.$/],
      policies: ["danger", /match engine\.globals of the PDP, but the policies still deny it/],
      ...POLICIES_DENY,
    },
  },
];

const cases: readonly Case[] = [
  { name: "all is well", differs: {} },
  {
    name: "all is well, with policies that are older than the doctor",
    pdp: { asserts: ALL_ASSERTS },
    differs: OLDER_PACK,
  },

  // The PDP's configuration.
  {
    name: "the token cache is Cerbos' default, which before 0.53 is on",
    pdp: { jwt: {} },
    differs: HAS_TOKEN_CACHE
      ? {
          "token-cache": ["danger", /^Accepted: another sub, another exp, another iss, .*, alg none\.$/],
          "pdp-version": ["warning", /accepts forged tokens unless its token cache is off/],
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
      ...all(NO_TOKEN, ["skipped", /^Your token was not accepted/]),
      ...CACHE_NOT_SEEN,
      ...NOT_ALLOWED,
    },
  },
  {
    name: "the PDP has the keys of another issuer",
    pdp: () => ({
      jwt: { cacheSize: -1, keySets: [{ id: "kinde", remote: { url: `${other.url}/.well-known/jwks` } }] },
    }),
    differs: {
      "token-accepted": ["danger", /^The PDP refused it/],
      ...all(NO_TOKEN, ["skipped", /^Your token was not accepted/]),
      ...CACHE_NOT_SEEN,
      ...NOT_ALLOWED,
    },
  },
  {
    name: "the PDP has several key sets, and none is named",
    pdp: twoKeySets,
    differs: {
      "token-accepted": ["danger", /^The PDP refused it/],
      ...all(NO_TOKEN, ["skipped", /^Your token was not accepted/]),
      ...CACHE_NOT_SEEN,
      ...NOT_ALLOWED,
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
    differs: { expired: ["warning", /s after it expired/] },
  },
  {
    name: "CORS is off",
    pdp: { cors: { disabled: true } },
    differs: { cors: ["danger", /do not let pages of https:\/\/app\.test read the answers/] },
  },
  {
    name: "CORS lists another origin",
    pdp: { cors: { allowedOrigins: ["https://elsewhere.test"] } },
    differs: { cors: ["danger", /do not let pages of .* read the answers/] },
  },
  {
    name: "CORS is Cerbos' default",
    pdp: { cors: {} },
    differs: { cors: ["warning", /and pages of every other origin, too/] },
  },
  {
    name: "the limits of requests are lower than ours",
    pdp: { requestLimits: { maxResourcesPerRequest: 20, maxActionsPerResource: 10 } },
    differs: {
      "max-resources": ["warning", /^It accepts at most 20 resources in a request, but your app sends up to 50\.$/],
      "max-actions": ["warning", /^It accepts at most 10 actions for a resource, but your app sends up to 50\.$/],
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
      "max-resources": ["warning", /^It accepts at most 50 resources in a request, but your app sends up to 51\.$/],
      "max-actions": ["warning", /^It accepts at most 50 actions for a resource, but your app sends up to 51\.$/],
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
    differs: {
      schema: ["warning", /of kinde_doctor was accepted: schemas are not enforced, or the kind has no schema/],
    },
  },
  {
    name: "schemas only warn, with policies that are older than the doctor",
    pdp: { asserts: ALL_ASSERTS, enforcement: "warn" },
    differs: { schema: ["warning", /schema\.enforcement is warn/], ...OLDER_PACK },
  },
  {
    name: "schemas are not enforced, with policies that are older than the doctor",
    pdp: { asserts: ALL_ASSERTS, enforcement: "none" },
    differs: { schema: ["warning", /of kinde_doctor was accepted: schemas are not enforced/], ...OLDER_PACK },
  },
  {
    name: "schemas are not enforced for a kind of one's own",
    pdp: { enforcement: "none" },
    args: ["--schema-kind=document"],
    differs: { schema: ["warning", /schemas are not enforced/] },
  },
  {
    name: "strict evaluation is off",
    pdp: { strictEvaluation: false },
    differs: { "strict-evaluation": ["warning", /^engine\.strictEvaluation is off/] },
  },
  {
    name: "the policy for the doctor has no schema",
    pdp: { asserts: ALL_ASSERTS, schema: false },
    differs: {
      schema: ["warning", /of kinde_doctor was accepted: schemas are not enforced, or the kind has no schema/],
      ...OLDER_PACK,
    },
  },
  {
    name: "a kind of one's own has a schema",
    args: ["--schema-kind=document"],
    differs: { schema: ["skipped", /is reported\. The doctor cannot see whether it is also refused/] },
  },
  {
    name: "a kind is unknown",
    args: ["--schema-kind=nonsense"],
    differs: { schema: ["skipped", /no policy for the kind nonsense/] },
  },

  // The policies.
  {
    name: "the policies compare no issuer",
    pdp: { asserts: ["azp", "sub"] },
    differs: { issuer: ["danger", /^The policies allowed it/], ...OLDER_PACK },
  },
  {
    name: "the policies compare no application",
    pdp: { asserts: ["iss", "sub"] },
    differs: {
      audience: ["danger", /^The policies allowed a genuine token with another azp and aud\.$/],
      ...OLDER_PACK,
    },
  },
  {
    name: "the policies compare no subject",
    pdp: { asserts: ["iss", "azp"] },
    differs: { subject: ["danger", /^Anyone with a token can send requests in anyone's name\.$/], ...OLDER_PACK },
  },
  {
    name: "the policies allow without a token",
    pdp: { asserts: [] },
    differs: {
      policies: ["danger", /to everyone without a token/, "The policies allow an action without a token"],
      subject: ["skipped", /a denial proves nothing/],
      audience: ["danger", /^The policies allowed/],
      issuer: ["danger", /^The policies allowed/],
      ...NOT_ALLOWED,
    },
  },
  {
    name: "the policies are older than the doctor, and for another issuer",
    pdp: { asserts: ALL_ASSERTS, globals: { issuer: "https://elsewhere.test", clientId: CLIENT_ID } },
    differs: {
      policies: ["danger", /require an iss, azp or aud that differs .* older than this doctor/],
      ...POLICIES_DENY,
    },
  },
  ...SETTINGS,
  {
    name: "no policy knows the doctor",
    pdp: { asserts: null },
    differs: {
      ...POLICIES_DENY,
      policies: ["skipped", /no policy for the kind kinde_doctor \(the PDP's default version, no scope\).*NO_MATCH/],
      schema: ["skipped", /no policy for the kind kinde_doctor/],
    },
  },

  // The token.
  {
    name: "no token is given",
    tokens: { KINDE_TOKEN: () => null },
    differs: {
      token: ["skipped", /^No token was passed/],
      "token-accepted": ["skipped", /no token to send/],
      ...all(NO_TOKEN, ["skipped", /^This needs a token/]),
      ...all(["roles", "permissions", "feature-flags"], ["skipped", /no token with readable claims/]),
      ...CACHE_NOT_SEEN,
      ...NOT_ALLOWED,
    },
  },
  {
    name: "the token has expired",
    tokens: { KINDE_TOKEN: () => mint({ lifetime: -1 }) },
    differs: {
      token: ["danger", /^It has expired\.$/],
      "token-accepted": ["skipped", /no token to send/],
      ...all(NO_TOKEN, ["skipped", /^This needs a token/]),
      ...CACHE_NOT_SEEN,
      ...NOT_ALLOWED,
    },
  },
  {
    name: "the token is of another issuer",
    tokens: { KINDE_TOKEN: () => mint({ by: other }) },
    differs: {
      token: ["danger", /^It is not signed with RS256 and a key of the issuer\.$/],
      "token-accepted": ["skipped", /no token to send/],
      ...all(NO_TOKEN, ["skipped", /^This needs a token/]),
      ...CACHE_NOT_SEEN,
      ...NOT_ALLOWED,
    },
  },
  {
    name: "the token has no subject",
    tokens: { KINDE_TOKEN: () => mint({ claims: { sub: undefined } }) },
    differs: {
      token: ["danger", /"sub" is missing/],
      "token-accepted": ["skipped", /no token to send/],
      ...all(NO_TOKEN, ["skipped", /^This needs a token/]),
      ...all(["roles", "permissions", "feature-flags"], ["skipped", /no token with readable claims/]),
      ...CACHE_NOT_SEEN,
      ...NOT_ALLOWED,
    },
  },
  {
    name: "the token says that it is of another issuer, and for others",
    tokens: {
      KINDE_TOKEN: () => mint({ clientId: "other", claims: { iss: "https://other.test", at_hash: "x" } }),
      KINDE_FOREIGN_TOKEN: () => null,
    },
    differs: {
      token: [
        "danger",
        /id token, as it has at_hash; its iss is not --issuer; its azp is not --client-id; its aud does not have --audience\.$/,
      ],
      policies: [
        "danger",
        /issuer of the PDP does not match the token's iss\. engine\.globals\.clientId of the PDP does not match/,
      ],
      subject: ["skipped", /a denial proves nothing/],
      audience: ["skipped", /^No token/],
      issuer: ["skipped", /^No token/],
      ...NOT_ALLOWED,
      roles: ["warning", /^Policies that read roles/],
    },
  },
  {
    name: "the token has no end",
    tokens: { KINDE_TOKEN: () => mint({ claims: { exp: undefined } }) },
    differs: {
      token: ["warning", /^It has no exp\.$/],
      policies: ["danger", /the policies still deny it/],
      ...POLICIES_DENY,
    },
  },
  {
    name: "the token has no end, and older policies allow it",
    pdp: { asserts: ALL_ASSERTS },
    tokens: { KINDE_TOKEN: () => mint({ claims: { exp: undefined } }) },
    differs: { token: ["warning", /^It has no exp\.$/], ...OLDER_PACK },
  },
  {
    name: "the token has no roles, permissions and flags",
    tokens: {
      KINDE_TOKEN: () => mint({ claims: { roles: undefined, permissions: undefined, feature_flags: undefined } }),
    },
    differs: {
      roles: ["warning", /^Policies that read roles/],
      permissions: ["warning", /^Policies that read permissions/],
      "feature-flags": ["warning", /^Policies that read feature_flags/],
    },
  },
  {
    name: "the token has Hasura's names",
    args: ["--client-id=hasura"],
    pdp: () => ({ globals: { issuer: kinde.url, clientId: "hasura" } }),
    tokens: {
      KINDE_TOKEN: () => mint({ clientId: "hasura", claims: { aud: [AUDIENCE] } }),
      KINDE_FOREIGN_TOKEN: async () =>
        [
          await mint({ clientId: "other" }),
          await mint({ clientId: "hasura", claims: { aud: [AUDIENCE], iss: "https://other.test" } }),
        ].join(" "),
    },
    differs: {},
  },

  // Tokens that only an issuer can make.
  {
    name: "no expired and no foreign token is given",
    tokens: { KINDE_EXPIRED_TOKEN: () => null, KINDE_FOREIGN_TOKEN: () => null },
    differs: {
      expired: ["skipped", /^No expired token was passed/],
      audience: ["skipped", /^No token/],
      issuer: ["skipped", /^No token/],
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
    differs: { expired: ["skipped", /No key of this issuer verifies the expired token/] },
  },
  {
    name: "the foreign token is not foreign",
    tokens: { KINDE_FOREIGN_TOKEN: () => mint() },
    differs: { audience: ["skipped", /same application or audience/], issuer: ["skipped", /^No token/] },
  },
  {
    name: "the foreign tokens have expired",
    tokens: {
      KINDE_FOREIGN_TOKEN: async () =>
        [await mint({ clientId: "other", lifetime: -5 }), await mint({ by: other, lifetime: -5 })].join(" "),
    },
    differs: { audience: ["skipped", /^The foreign token has expired/], issuer: ["skipped", /has expired/] },
  },
  {
    name: "the PDP has no key of the foreign token's issuer",
    tokens: { KINDE_FOREIGN_TOKEN: () => mint({ by: other }) },
    differs: { audience: ["skipped", /^No token/], issuer: ["ok", /refused it before any policy/] },
  },
  {
    name: "the token of another issuer differs in more than that",
    tokens: { KINDE_FOREIGN_TOKEN: () => mint({ clientId: "other", claims: { iss: "https://other.test" } }) },
    differs: { audience: ["skipped", /^No token/], issuer: ["skipped", /another azp and aud, this does not show/] },
  },
  {
    name: "a token of another application has the audience that is asked for",
    pdp: { asserts: ["iss", "sub"] },
    tokens: {
      KINDE_FOREIGN_TOKEN: () => mint({ clientId: "other", claims: { aud: [AUDIENCE, "https://more.test"] } }),
    },
    differs: { audience: ["skipped", /same application or audience/], issuer: ["skipped", /^No token/], ...OLDER_PACK },
  },
  {
    name: "a token of another application with the same audience is allowed, and no audience is asked for",
    pdp: { asserts: ["iss", "sub"] },
    audience: false,
    tokens: { KINDE_FOREIGN_TOKEN: () => mint({ clientId: "other", claims: { aud: [AUDIENCE] } }) },
    differs: { audience: ["warning", /another azp and the same aud/], issuer: ["skipped", /^No token/], ...OLDER_PACK },
  },
];

describe.each(cases)("$name", ({ pdp, args = [], audience = true, tokens: replaced = {}, differs }) => {
  test("is what is reported", async () => {
    const { url } = await pdpFor(typeof pdp === "function" ? pdp() : pdp);
    const { code, report } = await examine(
      url,
      kinde.url,
      [...(audience ? [`--audience=${AUDIENCE}`] : []), ...args],
      await tokensWith(replaced),
    );

    expectReport(report, differs);
    expect(report.target).toEqual({ pdp: url, issuer: kinde.url, kind: "pdp", cerbos: CERBOS_VERSION });
    expect(code).toBe(report.findings.some(({ state }) => state === "danger") ? 1 : 0);
  });
});

describe("A setting of the PDP that is wrong", () => {
  test.each([
    { given: CLIENT_ID, remedy: /set engine\.globals\.clientId to "app", or add it/ },
    { given: "another", remedy: /set engine\.globals\.clientId to exactly the token's azp, or add it/ },
  ])("is told with the right value only if that was given: --client-id=$given", async ({ given, remedy }) => {
    const { url } = await pdpFor({ globals: { issuer: kinde.url, clientId: "elsewhere" } });

    const { report } = await examine(url, kinde.url, [`--client-id=${given}`], tokens);

    expect(findingOf(report, "policies")).toMatchObject({
      title: "The policies deny your token",
      remedy: expect.stringMatching(remedy),
    });
    expect(JSON.stringify(report)).not.toContain("elsewhere");
  });

  test("is told with the issuer that was given, and so is an audience", async () => {
    const { url } = await pdpFor({
      globals: { issuer: "https://elsewhere.test", clientId: CLIENT_ID, audience: "https://elsewhere.test" },
    });

    const { report } = await examine(url, kinde.url, [`--audience=${AUDIENCE}`], {
      KINDE_TOKEN: await mint({ claims: { aud: [AUDIENCE] } }),
    });

    expect(findingOf(report, "policies")?.remedy).toBe(
      `In the PDP's configuration, set engine.globals.issuer to "${kinde.url}". ` +
        `In the PDP's configuration, set engine.globals.audience to "${AUDIENCE}", or add it if it is a list. ` +
        "Then restart the PDP. If the configuration is right, pass a token that fits it.",
    );
  });
});

describe("An id token", () => {
  test.each<{ sign: string; claims: { [claim: string]: unknown }; seen: RegExp }>([
    { sign: "at_hash", claims: { at_hash: "x" }, seen: /as it has at_hash\.$/ },
    { sign: "nonce", claims: { nonce: "x" }, seen: /as it has nonce\.$/ },
    { sign: "its own azp in aud", claims: { aud: [CLIENT_ID, AUDIENCE] }, seen: /as its aud has its own azp\.$/ },
    { sign: "no scp", claims: { scp: undefined }, seen: /as it has no scp list\.$/ },
    { sign: "a scp that is a text", claims: { scp: "openid" }, seen: /as it has no scp list\.$/ },
    {
      sign: "all of it",
      claims: { at_hash: "x", nonce: "x", aud: [CLIENT_ID], scp: undefined },
      seen: /as it has at_hash and it has nonce and its aud has its own azp and it has no scp list\.$/,
    },
  ])("is told by $sign", async ({ claims, seen }) => {
    const { url } = await pdpFor();

    const { code, report } = await examine(url, kinde.url, [], { KINDE_TOKEN: await mint({ claims }) });

    const found = findingOf(report, "token");
    expect(found).toMatchObject({ state: "danger", title: "Your token is not the access token that was expected" });
    expect(found?.seen).toMatch(/^About this token: it looks like an id token, /);
    expect(found?.seen).toMatch(seen);
    expect(found?.remedy).toMatch(/getAccessToken\(\)/);
    expect(code).toBe(1);
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
      ...Object.fromEntries(
        ["signature", "token-cache", "alg-none", "hs256", "subject", "schema", "strict-evaluation"].map((id) => [
          id,
          "skipped",
        ]),
      ),
    });
    expect(code).toBe(0);
  });
});

describe("What is not there", () => {
  const ofPdp: Differences = {
    "token-accepted": ["skipped", /^The PDP did not answer/],
    ...all(NO_TOKEN, ["skipped", /^The PDP did not answer/]),
    "pdp-version": ["skipped", /^The PDP did not answer/],
    ...all(
      ["cors", "max-resources", "max-actions", "schema", "strict-evaluation"],
      ["skipped", /^The PDP did not answer/],
    ),
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
      expect(finding).toMatchObject({
        state: "danger",
        seen: expect.stringMatching(/SELF_SIGNED_CERT.*NODE_EXTRA_CA_CERTS/),
      });
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
    {
      name: "without kid",
      change: (key) => [without(key, "kid")],
      verdict: ["danger", /^1 of 1 RSA key without kid\.$/],
    },
    {
      name: "without alg",
      change: (key) => [without(key, "alg")],
      verdict: ["danger", /^1 of 1 RSA key without alg\.$/],
    },
    {
      name: "in part without alg",
      change: (key) => [key, without(key, "alg")],
      verdict: ["warning", /^1 of 2 RSA keys without alg\.$/],
    },
    { name: "none of RSA", change: () => [{ kty: "OKP" }], verdict: ["danger", /^The issuer has no RSA key/] },
    { name: "complete", change: (key) => [key], verdict: ["ok", /^1 RSA key, each with kid and alg\.$/] },
  ])("$name: $verdict.0", async ({ change, verdict: [state, seen] }) => {
    const { url } = await pdpFor();
    const jwks: { keys: [object] } = JSON.parse(await (await fetch(`${kinde.url}/.well-known/jwks`)).text());
    await using issuer = disposable(
      await serve((path) => (path === "/.well-known/jwks" ? { keys: change(jwks.keys[0]) } : null)),
    );

    const { report } = await examine(url, issuer.url, [], tokens);

    const found = findingOf(report, "jwks-keys");
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

/** Expects that a text contains no token, no part of one, and no value of a claim. */
function expectNoSecret(text: string, env: { readonly [name: string]: string | undefined }): void {
  const parts = Object.values(env).flatMap((given) => given?.split(/[ .]/) ?? []);
  for (const part of [...parts, PERSON, "org_acme", "doc:read", "kinde-cerbos-doctor"])
    expect(text).not.toContain(part);
}

/** The findings that are never ok here: the cases have no `--check`, and an old Cerbos has no strict evaluation. */
const WELL: Differences = {
  check: ["skipped", /^No check of your own was passed/],
  ...(!HAS_STRICT_EVALUATION && { "strict-evaluation": ["warning", /^engine\.strictEvaluation is off/] }),
};

/** Expects that all findings are ok, except those in `differs`, and that all others have a remedy. */
function expectReport({ findings }: Report, differs: Differences): void {
  const expected = FINDING_IDS.map((id) => {
    const [state, seen, title] = Object.entries(differs).find(([differing]) => differing === id)?.[1] ??
      WELL[id] ?? ["ok", /./];
    return {
      id,
      state,
      title: title ?? TITLES[id][state],
      hasRemedy: state !== "ok",
      explain: `kinde-cerbos doctor --explain ${id}`,
      seen: expect.stringMatching(seen),
    };
  });
  expect(findings.map(({ remedy, ...rest }) => ({ ...rest, hasRemedy: remedy !== undefined }))).toEqual(expected);
}

function findingOf({ findings }: Report, id: FindingId): Report["findings"][number] | undefined {
  return findings.find((finding) => finding.id === id);
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
    startPdp(
      { jwksUrl: `${kinde.url}/.well-known/jwks`, issuer: kinde.url, clientId: CLIENT_ID, origin: ORIGIN },
      settings,
    );
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

function mint({
  by = kinde,
  ...options
}: { by?: LocalKinde } & Partial<Parameters<LocalKinde["createToken"]>[0]> = {}): Promise<string> {
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
