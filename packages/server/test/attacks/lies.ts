// What a browser says of itself, and of the resources that it asks about.
import { type RefusalReason } from "@kinde-cerbos/server";
import {
  type Attack,
  decided,
  byPdp,
  invalid,
  nothing,
  onBoth,
  onGateway,
  onPdp,
  own,
  refused,
  token,
} from "./attack.ts";
import { ANNS, BOAST, type Name, PRINCIPALS, project, RESOURCES, type World } from "./world.ts";

/** Mallory's genuine token beside a principal that says more. */
const saying = (principal: object): { body: object } => ({
  body: { principal: { id: "kp_mallory", roles: ["user"], attr: {}, ...principal } },
});
const ticket = (scope: string | undefined, orgCode: string): object => ({
  resources: [
    {
      resource: {
        kind: "ticket",
        id: "ticket",
        attr: { orgCode, ownerId: "kp_ann" },
        ...(scope !== undefined && { scope }),
      },
      actions: ["view", "close"],
    },
  ],
});
const sams = async (world: World, scope: string | undefined): Promise<{ token: string; body: object }> => ({
  token: await world.token("sam"),
  body: { principal: { id: "kp_sam", roles: ["user"], attr: {} }, ...ticket(scope, "org_strict") },
});
const entitled = (name: Name, entitlements: object): object => ({
  ...PRINCIPALS[name],
  attr: { ...PRINCIPALS[name].attr, entitlements },
});
const plan = "/api/plan/resources";
/** By the gateway: it is not open to clients. */
const notOpen = (reason: RefusalReason): Attack["expected"] => refused(400, 3, reason);
/** A plan for projects of whatever organization. */
const planBody = (changes: object = {}): object => ({
  resources: undefined,
  actions: ["edit"],
  resource: { kind: "project", attr: { orgCode: "org_two" } },
  ...changes,
});

/** Entitlements of Ann alone, as from Kinde. */
const enrich = async ({ sub }: { sub: string }): Promise<{ entitlements: { [key: string]: number } }> => ({
  entitlements: sub === "kp_ann" ? { seats: 5 } : {},
});

export const lieAttacks: readonly Attack[] = [
  // Controls: what is honest has to be allowed, or a gateway that refuses all would pass.
  ...onBoth("control: a member's honest question is answered, with what is theirs", {}, own),
  ...onBoth(
    "control: an administrator's honest question is answered, with what is theirs",
    async (world) => ({
      token: await world.token("ann"),
      body: { principal: { id: "kp_ann", roles: ["user"], attr: {} } },
    }),
    decided("ann", ...ANNS),
    decided("ann", ...ANNS),
  ),
  onGateway(
    "control: the token may be in the header instead",
    async (world) => ({ token: null, headers: { authorization: `Bearer ${await world.token("ann")}` } }),
    decided("ann", ...ANNS),
  ),
  ...onBoth(
    "control: an agent of a strict tenant views tickets under its scope",
    (world) => sams(world, "org_strict"),
    decided("sam", "ticket view"),
  ),
  ...onBoth(
    "control: an honest plan",
    { path: plan, body: planBody({ actions: ["view"], resource: { kind: "project", attr: { orgCode: "org_one" } } }) },
    decided("mallory", "KIND_ALWAYS_ALLOWED"),
  ),

  ...onBoth("the id of an administrator, beside the own token", saying({ id: "kp_ann" }), own, nothing),
  ...onBoth("all of an administrator's principal, beside the own token", { body: { principal: BOAST } }, own, nothing),
  ...onBoth("more roles", saying({ roles: ["admin", "superuser", "kinde_org_admin", "*"] }), own),
  ...onBoth("another organization in the principal's attributes", saying({ attr: { orgCode: "org_two" } }), own),
  ...onBoth(
    "more permissions in the principal's attributes",
    saying({ attr: { permissions: ["projects:edit"], orgCode: "org_one" } }),
    own,
  ),
  ...onBoth(
    "entitlements in the principal's attributes",
    async (world) => ({ token: await world.token("ann"), body: { principal: { ...BOAST, id: "kp_ann" } } }),
    decided("ann", ...ANNS),
  ),
  onGateway(
    "control: entitlements that the gateway gets itself count",
    async (world) => ({ token: await world.token("ann") }),
    { ...decided("ann", ...ANNS, "seat take"), principal: entitled("ann", { seats: 5 }) },
    { principal: { enrich: async () => ({ entitlements: { seats: 5 } }) } },
  ),
  onGateway(
    "more entitlements in the principal's attributes than the gateway gets",
    async (world) => ({ token: await world.token("ann"), body: { principal: { ...BOAST, id: "kp_ann" } } }),
    { ...decided("ann", ...ANNS), principal: entitled("ann", { seats: 0 }) },
    { principal: { enrich: async () => ({ entitlements: { seats: 0 } }) } },
  ),
  {
    name: "the entitlements that the gateway has kept of an administrator",
    way: "gateway",
    expected: { ...own, principal: entitled("mallory", {}) },
    async send(world) {
      await using served = await world.startGateway({ principal: { enrich } });
      await world.ask(served.url, { token: await world.token("ann") });
      world.forget();
      return await world.ask(served.url, { body: { principal: BOAST } });
    },
  },
  ...onBoth(
    "a scope and a policy version of the principal",
    saying({ scope: "org_two", policyVersion: "default" }),
    own,
  ),
  onGateway("a principal without an id or roles", { body: { principal: {} } }, own),
  onGateway("a principal that is a text", { body: { principal: "kp_ann" } }, own),
  onGateway("unknown fields of the principal", saying({ admin: true, sub: "kp_ann" }), own),
  onPdp("unknown fields of the principal, at the PDP", saying({ admin: true, sub: "kp_ann" }), byPdp),
  ...onBoth(
    "no token, and all of an administrator's principal",
    { token: null, body: { principal: BOAST } },
    token("token_missing"),
    nothing,
  ),
  onGateway(
    "no token, and all of an administrator's principal, where anonymous may ask",
    { token: null, body: { principal: BOAST } },
    decided("anonymous"),
    {
      anonymous: true,
    },
  ),
  onGateway(
    "a forged token does not become anonymous where anonymous may ask",
    async (world) => ({ token: world.ownKey.sign(await world.claimsOf("ann")) }),
    token("token_signature"),
    { anonymous: true },
  ),
  onGateway(
    "an empty token does not become anonymous where anonymous may ask",
    { token: "" },
    token("token_malformed"),
    { anonymous: true },
  ),
  ...onBoth("an empty token", { token: "" }, token("token_malformed"), byPdp),
  ...onBoth(
    "a token that is an object",
    { token: null, body: { auxData: { jwt: { token: { sub: "kp_ann" } } } } },
    token("token_malformed"),
    byPdp,
  ),

  ...onBoth(
    "a key set of the client's choice",
    async (world) => ({
      token: null,
      body: { auxData: { jwt: { token: await world.token("mallory"), keySetId: "evil" } } },
    }),
    own,
    byPdp,
  ),
  onGateway(
    "an address of keys in auxData",
    async (world) => ({
      token: null,
      body: { auxData: { jwt: { token: await world.token("mallory"), jwksUrl: `${world.trap.url}/keys` } } },
    }),
    own,
  ),
  ...onBoth(
    "claims beside the token in auxData",
    async (world) => ({
      token: null,
      body: {
        auxData: {
          jwt: { token: await world.token("mallory"), claims: { sub: "kp_ann" } },
          claims: await world.claimsOf("ann"),
        },
      },
    }),
    own,
    byPdp,
  ),
  onGateway(
    "two good tokens of two users, one in the header",
    async (world) => ({ headers: { authorization: `Bearer ${await world.token("ann")}` } }),
    token("token_conflict"),
  ),
  onGateway(
    "a good token in the header, a forged one in the body",
    async (world) => ({
      token: world.ownKey.sign(await world.claimsOf("ann")),
      headers: { authorization: `Bearer ${await world.token("mallory")}` },
    }),
    token("token_conflict"),
  ),

  // What no gateway can know: attributes come from the browser, and a decision about them is a hint for the screen.
  // Whoever holds the resource decides again, about what is stored: see the test of the enforcer.
  ...onBoth(
    "a resource of another organization that is said to be of the own one: allowed, as nobody here knows better",
    { body: { resources: [project("away", "org_one")] } },
    decided("mallory", "away view"),
  ),
  ...onBoth(
    "a resource that is said to be the attacker's own: allowed, as nobody here knows better",
    {
      body: {
        resources: [
          {
            resource: {
              kind: "project",
              id: "home",
              attr: { orgCode: "org_one", ownerId: "kp_mallory", department: "x" },
            },
            actions: ["delete"],
          },
        ],
      },
    },
    decided("mallory", "home delete"),
  ),
  ...onBoth(
    "a resource of another organization, said to be the attacker's own",
    {
      body: {
        resources: [
          {
            resource: {
              kind: "project",
              id: "away",
              attr: { orgCode: "org_two", ownerId: "kp_mallory", department: "x" },
            },
            actions: ["view", "delete"],
          },
        ],
      },
    },
    nothing,
  ),
  ...onBoth(
    "a resource without an organization",
    { body: { resources: [{ resource: { kind: "project", id: "home", attr: {} }, actions: ["view", "edit"] }] } },
    nothing,
  ),
  ...onBoth("a resource of an empty organization", { body: { resources: [project("home", "")] } }, nothing),
  ...onBoth(
    "a resource of a list of organizations",
    {
      body: {
        resources: [
          {
            resource: {
              kind: "project",
              id: "home",
              attr: { orgCode: ["org_one", "org_two"], ownerId: "kp_ann", department: "x" },
            },
            actions: ["view"],
          },
        ],
      },
    },
    nothing,
  ),
  ...onBoth("an agent of a strict tenant asks under no scope", (world) => sams(world, undefined), decided("sam")),
  ...onBoth(
    "an agent of a strict tenant asks under another scope",
    (world) => sams(world, "org_one"),
    notOpen("scope_not_allowed"),
    decided("sam"),
  ),
  onGateway(
    "whether another tenant has a policy of its own",
    { body: { includeMeta: true, ...ticket("org_strict", "org_one") } },
    notOpen("scope_not_allowed"),
  ),
  onGateway("which policy decides, and which derived roles are active", { body: { includeMeta: true } }, own),
  onGateway(
    "which policy a plan comes of",
    { path: plan, body: { ...planBody(), includeMeta: true } },
    decided("mallory", "KIND_ALWAYS_DENIED"),
  ),
  onGateway(
    "annotations in the audit log, in another's name",
    { body: { requestContext: { annotations: { user: "kp_ann" } } } },
    notOpen("annotations_not_allowed"),
  ),
  ...onBoth(
    "wildcards for kind and action",
    {
      body: {
        resources: [
          { resource: { kind: "*", id: "*", attr: { orgCode: "org_one" } }, actions: ["*", "edit*", "**"] },
          project("home", "org_one", ["*", "e*", "EDIT", " edit"]),
        ],
      },
    },
    nothing,
  ),
  ...onBoth(
    "another version of the policy",
    {
      body: {
        resources: RESOURCES.map(({ resource, actions }) => ({
          resource: { ...resource, policyVersion: "permissive" },
          actions,
        })),
      },
    },
    notOpen("policy_version_not_allowed"),
    nothing,
  ),
  ...onBoth(
    "an action that is asked twice",
    { body: { resources: [project("home", "org_one", ["view", "view"])] } },
    decided("mallory", "refused by the PDP"),
    byPdp,
  ),
  onGateway(
    "a request id with line breaks comes back as text, and makes no header",
    { body: { requestId: "x\r\nset-cookie: session=evil\r\n\r\n" } },
    own,
  ),

  ...onBoth(
    "a plan about another organization",
    { path: plan, body: planBody() },
    decided("mallory", "KIND_ALWAYS_DENIED"),
  ),
  ...onBoth(
    "a plan in an administrator's name",
    { path: plan, body: planBody({ principal: BOAST }) },
    decided("mallory", "KIND_ALWAYS_DENIED"),
  ),
  ...onBoth(
    "a plan in an administrator's name, about the own organization",
    {
      path: plan,
      body: planBody({
        principal: BOAST,
        actions: ["bill"],
        resource: { kind: "project", attr: { orgCode: "org_one" } },
      }),
    },
    decided("mallory", "KIND_ALWAYS_DENIED"),
  ),
  ...onBoth(
    "a plan without a token",
    { path: plan, token: null, body: planBody({ principal: BOAST }) },
    token("token_missing"),
    decided("mallory", "KIND_ALWAYS_DENIED"),
  ),
  ...onBoth(
    "a plan with a forged token",
    async (world) => ({ path: plan, token: world.ownKey.sign(await world.claimsOf("ann")), body: planBody() }),
    token("token_signature"),
    byPdp,
  ),
  ...onBoth(
    "a plan with an id in the resource",
    { path: plan, body: planBody({ resource: { kind: "project", id: "away" } }) },
    invalid,
    byPdp,
  ),
  onGateway(
    "a plan about a kind that is not listed",
    { path: plan, body: planBody() },
    refused(400, 3, "kind_not_allowed"),
    { allow: { seat: "*" } },
  ),
];
