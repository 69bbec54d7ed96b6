import { type LocalKinde } from "@kinde-cerbos/local-kinde";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Report } from "../src/doctor/report.ts";
import { type State } from "../src/doctor/titles.ts";
import { type GatewayOptions, startGateway } from "./support/gateway.ts";
import { CLIENT_ID, PERSON, startIssuer } from "./support/issuer.ts";
import { type RunningPdp, startPdp } from "./support/pdp.ts";
import { run } from "./support/run.ts";

let kinde: LocalKinde;
let pdp: RunningPdp;
let token: string;

/** A policy with one rule for `edit`, as an object: JSON is YAML. */
function policy(
  kind: string,
  expr: string,
  { roles = ["*"], more = {} }: { roles?: string[]; more?: object } = {},
): object {
  return {
    apiVersion: "api.cerbos.dev/v1",
    resourcePolicy: {
      resource: kind,
      version: "default",
      variables: { import: ["kinde_token"] },
      rules: [{ actions: ["edit"], effect: "EFFECT_ALLOW", roles, condition: { match: { expr } } }],
      ...more,
    },
  };
}

const SAME_USER = "request.aux_data.jwt.sub == P.id";

const POLICIES = {
  "right.json": policy("right", '"doc:read" in V.kinde_permissions'),
  "owned.json": policy("acme:owned", "V.kinde_user_id != '' && V.kinde_user_id == R.attr.ownerId"),
  "open.json": policy("open", "true"),
  "role.json": policy("role", "true", { roles: ["admin"] }),
  "rare-role.json": policy("rare-role", "true", { roles: ["approver"] }),
  "attribute.json": policy("attribute", '"doc:read" in P.attr.permissions'),
  "department.json": policy("department", 'P.attr.department == "finance"'),
  "owner.json": policy("owner", "R.attr.ownerId == P.id"),
  "any-name.json": policy("any-name", '"doc:read" in request.aux_data.jwt.permissions'),
  "user-and-role.json": policy("user-and-role", SAME_USER, { roles: ["owner"] }),
  "own-role.json": policy("own-role", SAME_USER, { roles: ["admin"] }),
  "own-attribute.json": policy("own-attribute", `${SAME_USER} && P.attr.orgCode == R.attr.orgCode`),
  "denied.json": policy("denied", `${SAME_USER} && false`),
  "strict-schema.json": policy("strict-schema", SAME_USER, {
    more: { schemas: { resourceSchema: { ref: "cerbos:///nothing.json" } } },
  }),
  "versioned.json": policy("versioned", '"doc:read" in V.kinde_permissions', { more: { version: "v2" } }),
  "boss.json": {
    apiVersion: "api.cerbos.dev/v1",
    principalPolicy: {
      principal: "kp_boss",
      version: "default",
      rules: [{ resource: "right", actions: [{ action: "edit", effect: "EFFECT_ALLOW" }] }],
    },
  },
};

beforeAll(async () => {
  kinde = await startIssuer();
  token = await kinde.createToken({ person: PERSON });
  const world = {
    jwksUrl: `${kinde.url}/.well-known/jwks`,
    issuer: kinde.url,
    clientId: CLIENT_ID,
    origin: "https://app.test",
  };
  pdp = await startPdp(world, { policies: POLICIES });
});

afterAll(async () => {
  await pdp.stop();
  await kinde.close();
});

const json = (check: object): string => JSON.stringify({ action: "edit", ...check });

const TITLES = {
  ok: (name: string) => `The policies for ${name} trust only the token`,
  warning: () => "",
  danger: (name: string) => `The policies for ${name} trust more than the token`,
  skipped: (name: string) => `Unknown: whether the policies for ${name} trust only the token`,
} satisfies { [state in State]: (name: string) => string };

describe("A check of one's own", () => {
  test.each<{ check: string; name?: string; state: State; seen: RegExp }>([
    {
      check: "right:edit",
      state: "ok",
      seen: /^Allowed with your token\. Denied without it, and under another principal id\. It does not depend on/,
    },
    { check: "right:edit:doc-1", state: "ok", seen: /^Allowed with your token/ },
    {
      check: json({ kind: "acme:owned", id: "1", attr: { ownerId: PERSON } }),
      name: "acme:owned:edit:1",
      state: "ok",
      seen: /^Allowed with/,
    },
    {
      check: json({ kind: "versioned", policyVersion: "v2" }),
      name: "versioned:edit",
      state: "ok",
      seen: /^Allowed with/,
    },

    {
      check: "open:edit",
      state: "danger",
      seen: /^Allowed without a token, to a caller who claims the id, roles and attributes of your user; with your token under another principal id\.$/,
    },
    {
      check: "role:edit",
      state: "danger",
      seen: /^Allowed without a token, to a caller who claims the id, roles and attributes of your user/,
    },
    {
      check: "attribute:edit",
      state: "danger",
      seen: /^Allowed without a token, to a caller who claims the id, roles and attributes/,
    },
    {
      check: json({ kind: "owner", attr: { ownerId: PERSON } }),
      name: "owner:edit",
      state: "danger",
      seen: /^Allowed without a token, to a caller who claims the id/,
    },
    { check: "any-name:edit", state: "danger", seen: /^Allowed with your token under another principal id\.$/ },
    {
      check: "user-and-role:edit",
      state: "danger",
      seen: /^Allowed with your token, once the caller claims more roles, such as admin\.$/,
    },

    {
      check: "own-role:edit",
      state: "danger",
      seen: /^Allowed with your token, but denied with the same token to a caller who claims no roles or attributes\. So the policies read/,
    },
    {
      check: json({ kind: "own-attribute", attr: { orgCode: "org_acme" } }),
      name: "own-attribute:edit",
      state: "danger",
      seen: /^Allowed with your token, but denied with the same token/,
    },

    { check: "denied:edit", state: "skipped", seen: /^Denied in every attempt, and also with your token/ },
    { check: "right:delete", state: "skipped", seen: /^Denied in every attempt, and also with your token/ },
    { check: "rare-role:edit", state: "skipped", seen: /^Denied in every attempt/ },
    {
      check: json({ kind: "rare-role", claimed: { roles: ["approver"] } }),
      name: "rare-role:edit",
      state: "danger",
      seen: /^Allowed without a token, to a caller who claims more roles, such as admin; with your token under another principal id and with more roles, such as admin\.$/,
    },
    { check: "department:edit", state: "skipped", seen: /^Denied in every attempt/ },
    {
      check: json({ kind: "department", claimed: { attr: { department: "finance" } } }),
      name: "department:edit",
      state: "danger",
      seen: /^Allowed without a token/,
    },
    {
      check: json({ kind: "right", claimed: { id: "kp_boss" } }),
      name: "right:edit",
      state: "danger",
      seen: /^Allowed without a token, to a caller who claims more roles.* A principal policy allowed it: Cerbos finds those by principal\.id/,
    },
    {
      check: json({ kind: "strict-schema", attr: { more: 1 } }),
      name: "strict-schema:edit",
      state: "skipped",
      seen: /do not fit the schema/,
    },

    {
      check: "nonsense:edit",
      state: "skipped",
      seen: /no policy for the kind nonsense \(the PDP's default version, no scope\), so it denies everyone: NO_MATCH\./,
    },
    {
      check: json({ kind: "right", policyVersion: "v9" }),
      name: "right:edit",
      state: "skipped",
      seen: /for the kind right \(version v9, no scope\).*NO_MATCH/,
    },
    {
      check: json({ kind: "right", scope: "org_x" }),
      name: "right:edit",
      state: "skipped",
      seen: /for the kind right \(the PDP's default version, scope org_x\).*NO_MATCH/,
    },
    {
      check: json({ kind: "right", scope: "no scope" }),
      name: "right:edit",
      state: "skipped",
      seen: /^The request was refused: HTTP 400\.$/,
    },
  ])("$check is $state", async ({ check, name = check, state, seen }) => {
    const { code, report } = await examine(pdp.url, [check]);

    const [found] = checksIn(report);
    expect(found).toMatchObject({ state, title: TITLES[state](name) });
    expect(found?.seen).toMatch(seen);
    expect(found?.remedy === undefined).toBe(state === "ok");
    expect(code).toBe(state === "danger" ? 1 : 0);
  });

  test("may be one of several, each with its own finding, in the order they were given", async () => {
    const { code, report } = await examine(pdp.url, ["right:edit:7", "open:edit", "nonsense:edit"]);

    expect(checksIn(report).map(({ state, check }) => [state, check])).toEqual([
      ["ok", { kind: "right", action: "edit", id: "7" }],
      ["danger", { kind: "open", action: "edit" }],
      ["skipped", { kind: "nonsense", action: "edit" }],
    ]);
    expect(report.summary).toMatchObject({ danger: 1 });
    expect(code).toBe(1);
  });

  test("opens a principal policy only under its name", async () => {
    const [found] = checksIn((await examine(pdp.url, [json({ kind: "right", claimed: { id: "kp_other" } })])).report);
    expect(found?.state).toBe("ok");
  });
});

describe("Without a token", () => {
  test.each<{ check: string; state: State; seen: RegExp }>([
    { check: "open:edit", state: "danger", seen: /^Allowed without a token, to a caller who claims the role user\.$/ },
    {
      check: "role:edit",
      state: "danger",
      seen: /^Allowed without a token, to a caller who claims more roles, such as admin\.$/,
    },
    { check: "right:edit", state: "skipped", seen: /^Denied without a token\. It was not checked with a token/ },
    { check: "nonsense:edit", state: "skipped", seen: /NO_MATCH/ },
  ])("$check is $state", async ({ check, state, seen }) => {
    const { report } = await examine(pdp.url, [check], { withToken: false });

    const [found] = checksIn(report);
    expect(found?.state).toBe(state);
    expect(found?.seen).toMatch(seen);
  });
});

describe("Through a gateway", () => {
  test.each<{ check: string; gateway?: Partial<GatewayOptions>; state: State; title: string; seen: RegExp }>([
    {
      check: "right:edit",
      state: "ok",
      title: "right:edit is allowed with your token, and not without one",
      seen: /^Denied or refused without a token\. The gateway replaces the principal, so the doctor cannot see what the policies do with a claimed one/,
    },
    // The principal of the gateway has the role user alone, so these are denied: nothing that is claimed gets through.
    {
      check: "role:edit",
      state: "skipped",
      title: TITLES.skipped("role:edit"),
      seen: /^Denied in every attempt/,
    },
    {
      check: "user-and-role:edit",
      state: "skipped",
      title: TITLES.skipped("user-and-role:edit"),
      seen: /^Denied in every attempt/,
    },
    {
      check: "open:edit",
      state: "ok",
      title: "open:edit is allowed with your token, and not without one",
      seen: /^Denied or refused without/,
    },
    {
      check: "open:edit",
      gateway: { anonymous: true },
      state: "danger",
      title: TITLES.danger("open:edit"),
      seen: /^Allowed without a token\.$/,
    },
    {
      check: "right:edit",
      gateway: { anonymous: true },
      state: "ok",
      title: "right:edit is allowed with your token, and not without one",
      seen: /^Denied or refused without/,
    },
    {
      check: "right:edit",
      gateway: { kinds: ["kinde_doctor"] },
      state: "skipped",
      title: TITLES.skipped("right:edit"),
      seen: /^There was no decision: HTTP 400/,
    },
  ])("$check is $state ($gateway)", async ({ check, gateway, state, title, seen }) => {
    const server = await startGateway({ pdp: pdp.url, issuer: kinde.url, clientId: CLIENT_ID, ...gateway });
    try {
      const [found] = checksIn((await examine(server.url, [check])).report);

      expect(found).toMatchObject({ state, title });
      expect(found?.seen).toMatch(seen);
    } finally {
      await server.close();
    }
  });
});

async function examine(
  url: string,
  checks: readonly string[],
  { withToken = true }: { withToken?: boolean } = {},
): Promise<{ code: number; report: Report }> {
  const args = ["doctor", `--pdp=${url}`, `--issuer=${kinde.url}`, `--client-id=${CLIENT_ID}`, "--json"];
  const { code, stdout } = await run([...args, ...checks.map((check) => `--check=${check}`)], {
    env: withToken ? { KINDE_TOKEN: token } : {},
  });
  // What the principal is made of is sent, and not printed.
  for (const secret of [...token.split("."), PERSON, "org_acme", "doc:read", "finance"])
    expect(stdout).not.toContain(secret);
  const report: Report = JSON.parse(stdout);
  return { code, report };
}

function checksIn({ findings }: Report): Report["findings"] {
  return findings.filter(({ id }) => id === "check");
}
