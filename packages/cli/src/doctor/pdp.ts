import { type Fields, INVALID_ARGUMENT, UNAUTHENTICATED } from "@kinde-cerbos/core/internal";
import { at, listOf } from "./fields.ts";
import { describe, type Reply, request } from "./http.ts";

/** The resource kind of `doctor.yaml` in `@kinde-cerbos/policies`, which exists to be checked by the doctor. */
export const PROBE_KIND = "kinde_doctor";

/** The action of {@link PROBE_KIND} that is allowed for each token that counts. */
export const PROBE_ACTION = "probe";

/** The id of a principal that no token is of. */
export const SOMEONE_ELSE = "kinde-cerbos-doctor-someone-else";

/** A principal, as its sender claims it to be. */
export interface Claimed {
  readonly id: string;
  readonly roles: readonly string[];
  readonly attr: Fields;
}

/** One check, as it is sent to the PDP. */
export interface Question {
  /** Default: no token. */
  readonly token?: string;
  /** The principal, or its id: then with the one role `user`. */
  readonly principal: string | Claimed;
  /** Default: {@link PROBE_KIND}. */
  readonly kind?: string;
  /** Default: {@link PROBE_ACTION}. */
  readonly action?: string;
  /** Of the resource. Default: `doctor`. */
  readonly id?: string;
  /** Default: none. */
  readonly attr?: Fields;
  /** Of the resource. Default: none. */
  readonly scope?: string;
  /** Of the resource. Default: none, so the PDP's own default. */
  readonly policyVersion?: string;
  /** How many resources. Default: 1. */
  readonly resources?: number;
  /** How many actions of each. Default: 1. */
  readonly actions?: number;
  /** Default: none, as from a program. */
  readonly origin?: string;
}

/** A decision: the token was accepted, if there was one. */
export interface Decided {
  readonly is: "decision";
  readonly allowed: boolean;
  /** What decided: a policy for the resource's kind, one for the principal's id, none at all, or not told. */
  readonly policy: "resource" | "principal" | "none" | "unknown";
  /** Whether attributes did not fit a schema. */
  readonly misfit: boolean;
  /** The values of the policies' outputs. */
  readonly outputs: readonly unknown[];
}

/** What the PDP's reply means. */
export type Outcome =
  | Decided
  /** Refused in the way tokens are refused: 400 with code 3, by a gateway 401 with code 16. */
  | { readonly is: "refusal"; readonly status: number }
  /** Neither: a fault, a rate limit, something else that answers. It proves nothing. */
  | { readonly is: "unclear"; readonly seen: string };

/** Sends requests to the PDP, or to the gateway in front of it. */
export interface PdpProbe {
  ask(question: Question): Promise<Outcome>;
  /** The same, with the reply as it came. */
  send(question: Question): Promise<Reply>;
  /** What a browser sends before a request that has an `Authorization` header. */
  preflight(origin: string): Promise<Reply>;
  /** The version it says it has; undefined if it does not say. */
  version(): Promise<string | undefined>;
}

/** Options of {@link createPdpProbe}. */
export interface ProbeOptions {
  /** Default: none, as the PDP has one key set. */
  readonly keySetId?: string | undefined;
  /** The status by which tokens are refused: a PDP's or a gateway's. Default: either. */
  readonly refusals?: readonly (400 | 401)[];
}

/** A probe of the PDP below this URL. */
export function createPdpProbe(
  fetch: typeof globalThis.fetch,
  url: string,
  { keySetId, refusals = [400, 401] }: ProbeOptions = {},
): PdpProbe {
  const endpoint = `${url}/api/check/resources`;

  const send = ({ origin, ...question }: Question): Promise<Reply> =>
    request(fetch, endpoint, {
      method: "POST",
      headers: { "content-type": "application/json", ...(origin !== undefined && { origin }) },
      body: JSON.stringify(bodyOf(question, keySetId)),
    });

  return {
    send,
    ask: async (question) => outcomeOf(await send(question), question.action ?? PROBE_ACTION, refusals),
    preflight: (origin) =>
      request(fetch, endpoint, {
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": "POST",
          "access-control-request-headers": "authorization,content-type",
        },
      }),
    version: async () => {
      const reply = await request(fetch, `${url}/api/server_info`);
      const version = reply.kind === "answer" && reply.status === 200 ? at(reply.body, "version") : undefined;
      // It is printed on a terminal, so only what looks like a version.
      return typeof version === "string" && /^\d+\.\d+[\w.+-]{0,40}$/.test(version) ? version : undefined;
    },
  };
}

function outcomeOf(reply: Reply, action: string, refusals: readonly number[]): Outcome {
  if (reply.kind === "nothing") return { is: "unclear", seen: describe(reply) };
  const { status, body } = reply;
  const code = at(body, "code");
  // Cerbos refuses a token, as any bad request, with the first. Only a gateway answers with the second.
  const isRefusal = (status === 400 && code === INVALID_ARGUMENT) || (status === 401 && code === UNAUTHENTICATED);
  if (isRefusal && refusals.includes(status)) return { is: "refusal", status };
  const row = at(body, "results", 0);
  const effect = at(row, "actions", action);
  if (status !== 200 || typeof effect !== "string") return { is: "unclear", seen: describe(reply) };
  return {
    is: "decision",
    allowed: effect === "EFFECT_ALLOW",
    policy: policyOf(at(row, "meta", "actions", action, "matchedPolicy")),
    misfit: listOf(at(row, "validationErrors")).length > 0,
    outputs: listOf(at(row, "outputs")).map((output) => at(output, "val")),
  };
}

function policyOf(matched: unknown): Decided["policy"] {
  if (typeof matched !== "string" || matched === "") return "unknown";
  if (matched === "NO_MATCH") return "none";
  return matched.startsWith("principal.") ? "principal" : "resource";
}

function bodyOf(question: Omit<Question, "origin">, keySetId: string | undefined): object {
  const { token, principal, kind = PROBE_KIND, action = PROBE_ACTION, id = "doctor", attr = {} } = question;
  const { scope, policyVersion, resources = 1, actions = 1 } = question;
  return {
    requestId: "kinde-cerbos-doctor",
    includeMeta: true,
    principal: typeof principal === "string" ? { id: principal, roles: ["user"], attr: {} } : principal,
    // JSON leaves out what is undefined.
    resources: numbered(resources, id).map((each) => ({
      resource: { kind, id: each, attr, scope, policyVersion },
      actions: numbered(actions, action),
    })),
    ...(token !== undefined && { auxData: { jwt: { token, ...(keySetId !== undefined && { keySetId }) } } }),
  };
}

/** `probe`, `probe-2`, `probe-3`. */
function numbered(count: number, name: string): string[] {
  return Array.from({ length: count }, (_, index) => (index === 0 ? name : `${name}-${index + 1}`));
}
