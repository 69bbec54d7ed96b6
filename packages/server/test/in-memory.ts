// A gateway whose issuer and PDP are in memory: for what is refused before a PDP is asked, and for faults.
import { createGateway, type Gateway, type GatewayLogLine, type GatewayOptions } from "@kinde-cerbos/server";
import { API, APP, claims, createKey, ISSUER, serveKeys } from "./keys.ts";

const key = await createKey("key-1");
/** The issuer of all of them. */
export const keys = serveKeys(key);

/** A token that is good now. */
export const goodToken = (changes: object = {}): Promise<string> => {
  const now = Math.floor(Date.now() / 1000);
  return key.sign(claims({ iat: now, exp: now + 3600, ...changes }));
};

/** What the PDP is asked. */
export interface Asked {
  readonly requestId?: string;
  readonly principal: { readonly id: string };
  readonly resources: readonly {
    readonly resource: { readonly kind: string; readonly id: string; readonly attr?: object };
    readonly actions: readonly string[];
  }[];
}

/** A gateway, and what it asked the PDP. */
export interface InMemory {
  readonly gateway: Gateway;
  readonly asked: { readonly url: string; readonly body: Asked }[];
  readonly lines: GatewayLogLine[];
  /** Asks for something good, with changes. */
  post(body?: BodyInit | null | GoodBody, init?: RequestInit & { path?: string; duplex?: "half" }): Promise<Response>;
}

/** Allows all. `answer` is what the PDP says instead. */
export function inMemory(
  changes: Partial<GatewayOptions> = {},
  answer: (body: Asked, init: RequestInit) => Response | Promise<Response> = allowAll,
): InMemory {
  const asked: InMemory["asked"] = [];
  const lines: GatewayLogLine[] = [];
  const gateway = createGateway({
    issuer: ISSUER,
    audience: API,
    clientId: APP,
    pdp: "http://pdp.test",
    rateLimit: false,
    log: (line) => lines.push(line),
    fetch: async (url, init) => {
      if (url.startsWith(ISSUER)) return keys.fetch(url);
      const body: Asked = JSON.parse(typeof init.body === "string" ? init.body : "null");
      asked.push({ url, body });
      return answer(body, init);
    },
    ...changes,
  });
  return {
    gateway,
    asked,
    lines,
    async post(body, { path = "/authz/api/check/resources", ...init } = {}) {
      const text = body === undefined ? await goodBody() : body;
      return gateway(
        new Request(`http://gateway.test${path}`, {
          method: "POST",
          body: isFields(text) ? JSON.stringify(text) : text,
          ...init,
        }),
      );
    },
  };
}

/** A body as an object, to be changed. */
export interface GoodBody {
  readonly [field: string]: unknown;
}

const isFields = (body: BodyInit | null | GoodBody): body is GoodBody => body?.constructor === Object;

/** What a PDP that allows all answers. */
export function allowAll({ resources }: Asked): Response {
  const results = resources.map(({ resource: { kind, id }, actions }) => ({
    resource: { kind, id },
    actions: Object.fromEntries(actions.map((action) => [action, "EFFECT_ALLOW"])),
  }));
  return Response.json({ results, cerbosCallId: "call" });
}

/** A body that a PDP takes. */
export async function goodBody(changes: object = {}): Promise<GoodBody> {
  return {
    principal: { id: "kp_alice", roles: ["user"] },
    resources: [{ actions: ["view"], resource: { kind: "document", id: "1", attr: { state: "draft" } } }],
    auxData: { jwt: { token: await goodToken() } },
    ...changes,
  };
}

/**
 * Status, code and reason of a refusal. It must be in the PDP's own form, in the log under its id, and the PDP must not
 * have been asked.
 */
export async function refusalOf(
  { asked, lines }: InMemory,
  response: Response,
): Promise<[number, number, string | null]> {
  const { code, message, ...more } = await response.json();
  const line = lines.at(-1);
  const flaws = [
    asked.length > 0 && "the PDP was asked",
    (typeof message !== "string" || message.length < 8) && "it has no message",
    Object.keys(more).length > 0 && "it has more than a code and a message",
    line?.requestId !== response.headers.get("x-request-id") && "the log has another id",
    line?.status !== response.status && "the log has another status",
    // Core takes a refusal that speaks of it for one of the token, and refreshes.
    response.status !== 401 && /aux_?data/i.test(message) && "it speaks of auxData",
  ].filter(Boolean);
  if (flaws.length > 0) throw new Error(`Status ${response.status}, ${JSON.stringify(message)}: ${flaws.join(", ")}.`);
  return [response.status, code, line?.reason ?? null];
}
