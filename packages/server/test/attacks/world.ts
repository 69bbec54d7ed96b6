// Where attacks take place: a real issuer, a gateway on a real server, two real PDPs with the policy pack, a recorder
// before the one, and a trap that nobody may ever ask.
import { createPrivateKey } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CreateTokenOptions,
  type LocalKinde,
  type LocalKindeConfig,
  startLocalKinde,
} from "@kinde-cerbos/local-kinde";
import { createGateway, type GatewayLogLine, type GatewayOptions } from "@kinde-cerbos/server";
import { toNodeListener } from "@kinde-cerbos/server/node";
import { startPdp } from "../../../cli/src/internal.ts";
import { assemble } from "../../../policies/test/assemble.ts";
import { serve, type Served } from "../serve.ts";
import { createSigner, type Signer } from "./forge.ts";
import { type KeyEndpoint, serveKeyEndpoint } from "./key-endpoint.ts";
import { type Recorder, startRecorder } from "./recorder.ts";

export const AUDIENCE = "https://api.example.com";

/** Who attacks: a member of org_one without any right beyond. */
const mallory: CreateTokenOptions = { person: "kp_mallory", organization: "org_one", clientId: "web" };
/** Whose rights are wanted: an administrator of org_one, and of org_two. */
const ann: CreateTokenOptions = { person: "kp_ann", organization: "org_one", clientId: "web" };
/** An agent of an organization that forbids what the policy for all allows. */
const sam: CreateTokenOptions = { person: "kp_sam", organization: "org_strict", clientId: "web" };

const application = (clientId: string): LocalKindeConfig["applications"][number] => ({
  clientId,
  redirectUris: ["http://localhost:5173"],
  audiences: [AUDIENCE],
  claims: { include: ["roles", "user_properties"] },
});

const person = (
  id: string,
  memberships: LocalKindeConfig["people"][number]["memberships"],
): LocalKindeConfig["people"][number] => ({
  id,
  email: `${id}@example.com`,
  givenName: id,
  familyName: "Test",
  memberships,
});

const config: LocalKindeConfig = {
  applications: [application("web"), application("foreign")],
  roles: [
    { key: "admin", name: "Administrator", permissions: ["projects:edit"] },
    { key: "member", name: "Member", permissions: [] },
    { key: "agent", name: "Agent", permissions: ["tickets:close"] },
  ],
  organizations: [
    { code: "org_one", name: "One" },
    { code: "org_two", name: "Two" },
    { code: "org_strict", name: "Strict" },
  ],
  people: [
    person("kp_mallory", [{ organization: "org_one", roles: ["member"] }]),
    person("kp_ann", [
      { organization: "org_one", roles: ["admin"] },
      { organization: "org_two", roles: ["admin"] },
    ]),
    person("kp_sam", [{ organization: "org_strict", roles: ["agent"] }]),
  ],
};

const PEOPLE = { mallory, ann, sam };
export type Name = keyof typeof PEOPLE;

/** What the gateway has to make of the token of each, written out: the code under test has no part in it. */
export const PRINCIPALS: { readonly [name in Name | "anonymous"]: Readonly<ReturnType<typeof principalOf>> } = {
  mallory: principalOf("kp_mallory", "org_one", ["user", "member"], []),
  ann: principalOf("kp_ann", "org_one", ["user", "admin"], ["projects:edit"]),
  sam: principalOf("kp_sam", "org_strict", ["user", "agent"], ["tickets:close"]),
  anonymous: { id: "anonymous", roles: ["anonymous"], attr: {} },
};

function principalOf(
  id: string,
  orgCode: string,
  roles: string[],
  permissions: string[],
): { id: string; roles: string[]; attr: object } {
  const attr = { orgCode, permissions, featureFlags: {}, userProperties: {}, organizationProperties: {} };
  return { id, roles, attr };
}

/** The resources that every attack asks about, but where it says otherwise. */
export const RESOURCES: readonly {
  readonly resource: { readonly kind: string; readonly id: string; readonly attr: object };
  readonly actions: readonly string[];
}[] = [
  project("home", "org_one"),
  project("away", "org_two"),
  { resource: { kind: "seat", id: "seat", attr: { orgCode: "org_one", taken: 0 } }, actions: ["view", "take"] },
  { resource: { kind: "kinde_doctor", id: "doctor", attr: {} }, actions: ["probe"] },
];

export function project(
  id: string,
  orgCode: string,
  actions: readonly string[] = ["view", "edit", "delete"],
): (typeof RESOURCES)[number] {
  return { resource: { kind: "project", id, attr: { orgCode, ownerId: "kp_ann", department: "finance" } }, actions };
}

/** What is allowed of them to each: whatever is more is an attack that came through. */
export const MALLORYS: readonly string[] = ["doctor probe", "home view", "seat view"];
export const ANNS: readonly string[] = ["doctor probe", "home delete", "home edit", "home view", "seat view"];

/** What Mallory would like the PDP to believe. */
export const BOAST = {
  id: "kp_ann",
  roles: ["admin", "user", "kinde_org_admin"],
  attr: { orgCode: "org_two", permissions: ["projects:edit"], entitlements: { seats: 1_000_000 } },
};

/** What comes back, whichever way it was asked. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** What is sent. What is not said is honest, and Mallory's. */
export interface Question {
  /** The token, in the body as Cerbos' clients send it. `null` for none. Default: Mallory's own. */
  readonly token?: string | null;
  /** Fields of the body in the place of the honest ones; or the body as it is. */
  readonly body?: object | string | Uint8Array<ArrayBuffer>;
  readonly headers?: HeadersInit;
  readonly method?: string;
  /** Default: `/api/check/resources`. */
  readonly path?: string;
}

/** All that an attack may use. */
export interface World {
  readonly kinde: LocalKinde;
  /** An issuer of the same config on another address, with a key of its own. */
  readonly stranger: LocalKinde;
  readonly gatewayUrl: string;
  readonly gatewayPort: number;
  readonly directUrl: string;
  /** What stands between the gateway and its PDP. */
  readonly recorder: Recorder;
  /** A server with the attacker's keys, to be named in headers of tokens. */
  readonly trap: KeyEndpoint;
  /** The keys that both PDPs fetch: those of the issuer, and two more. */
  readonly pdpKeys: KeyEndpoint;
  /** The issuer's own key, to sign what the issuer never would. */
  readonly issuerKey: Signer;
  /** Keys that PDPs know and the issuer does not publish yet, for rotation: one to come, and one to go. */
  readonly nextKey: Signer;
  readonly oldKey: Signer;
  /** The attacker's. */
  readonly ownKey: Signer;
  /** What the gateway logged since `forget`. */
  readonly lines: GatewayLogLine[];
  token(name: Name): Promise<string>;
  claimsOf(name: Name): Promise<Claims>;
  /** A body that Cerbos' clients would send. */
  bodyOf(question?: Question): Promise<string | Uint8Array<ArrayBuffer>>;
  /** Asks the gateway, or the PDP. */
  ask(url: string, question?: Question): Promise<Reply>;
  /** Another gateway before the same recorder. */
  startGateway(changes: Partial<GatewayOptions>): Promise<Served>;
  /** Forgets what was recorded and logged, after what only prepares an attack. */
  forget(): void;
  stop(): Promise<void>;
}

/** The payload of a token. */
export interface Claims {
  readonly [name: string]: unknown;
}

export async function startWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "kinde-cerbos-attacks-"));
  const keyFile = join(folder, "key.json");
  const assembled = assemble();
  const [kinde, stranger] = await Promise.all([startLocalKinde({ config, keyFile }), startLocalKinde({ config })]);
  const jwk = JSON.parse(readFileSync(keyFile, "utf8"));
  const published = JSON.parse(await (await fetch(`${kinde.url}/.well-known/jwks`)).text());
  const issuerKey = createSigner(published.keys[0].kid, createPrivateKey({ key: jwk, format: "jwk" }));
  const [nextKey, oldKey, ownKey] = [createSigner("next"), createSigner("old"), createSigner(issuerKey.kid)];
  // The attacker's key under a name of its own too.
  const evilKey = { ...ownKey, jwk: { ...ownKey.jwk, kid: "evil" } };
  const [trap, pdpKeys] = await Promise.all([
    serveKeyEndpoint(ownKey, evilKey),
    serveKeyEndpoint(issuerKey, nextKey, oldKey),
  ]);
  const settings = {
    policies: assembled.folder,
    jwksUrl: pdpKeys.url,
    globals: { issuer: kinde.url, clientId: "web", audience: AUDIENCE },
  };
  const [direct, behind] = await Promise.all([
    startPdp(settings),
    startPdp({ ...settings, globals: { ...settings.globals, behindGateway: true } }),
  ]);
  const recorder = await startRecorder(behind.url);
  const lines: GatewayLogLine[] = [];
  const startGateway = (changes: Partial<GatewayOptions>): Promise<Served> =>
    serve(
      toNodeListener(
        createGateway({
          issuer: kinde.url,
          audience: AUDIENCE,
          clientId: "web",
          pdp: recorder.url,
          rateLimit: false,
          // Not what is tried here: the machine may be busy.
          timeoutMs: 30_000,
          log: (line) => lines.push(line),
          ...changes,
        }),
      ),
    );
  const served = await startGateway({});
  const token = (name: Name): Promise<string> => kinde.createToken(PEOPLE[name]);

  const bodyOf: World["bodyOf"] = async ({ token: sent, body = {} } = {}) => {
    if (typeof body === "string") return body;
    if (body instanceof Uint8Array) return new Uint8Array(body);
    const jwt = sent === undefined ? await token("mallory") : sent;
    return JSON.stringify({
      principal: { id: "kp_mallory", roles: ["user"], attr: {} },
      resources: RESOURCES,
      ...(jwt !== null && { auxData: { jwt: { token: jwt } } }),
      ...body,
    });
  };

  return {
    kinde,
    stranger,
    gatewayUrl: served.url,
    gatewayPort: served.port,
    directUrl: direct.url,
    recorder,
    trap,
    pdpKeys,
    issuerKey,
    nextKey,
    oldKey,
    ownKey,
    lines,
    token,
    claimsOf: async (name) => readClaims(await token(name)),
    bodyOf,
    async ask(url, question = {}) {
      const { method = "POST", headers = {}, path = "/api/check/resources" } = question;
      const body = method === "GET" ? null : await bodyOf(question);
      const response = await fetch(`${url}${path}`, { method, headers, body, redirect: "manual" });
      return { status: response.status, headers: response.headers, text: await response.text() };
    },
    startGateway,
    forget() {
      recorder.asked.length = 0;
      trap.requests.length = 0;
      lines.length = 0;
    },
    async stop() {
      await Promise.all([served, recorder, trap, pdpKeys].map((server) => server[Symbol.asyncDispose]()));
      await Promise.all([direct.stop(), behind.stop()]);
      await Promise.all([kinde.close(), stranger.close()]);
      assembled[Symbol.dispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function readClaims(token: string): Claims {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
}
