import { setTimeout as sleep } from "node:timers/promises";
import { fieldsOf } from "@kinde-cerbos/core/internal";
import { createGateway, type Gateway, type GatewayOptions } from "@kinde-cerbos/server";
import { toNodeListener } from "@kinde-cerbos/server/node";
import { type Connect } from "vite";
import { listOf } from "./cerbos-compile.ts";

/** Sends a request to a PDP or the issuer, or fails as it would. */
type Send = NonNullable<GatewayOptions["fetch"]>;

/** A fault: its effect on requests to a PDP and the issuer, and the error of this server's clock. */
interface Fault {
  readonly pdp?: Send;
  readonly issuer?: Send;
  readonly clockMs?: number;
}

const SLOW_MS = 2000;
const HOURS_MS = 7_200_000;

const unreachable: Send = () => Promise.reject(new TypeError("fetch failed"));

/** The faults of Cerbos, the issuer and this server, by their name in the path. */
const FAULTS: { readonly [name: string]: Fault } = {
  none: {},
  "pdp-slow": {
    async pdp(url, init) {
      await sleep(SLOW_MS, undefined, init.signal ? { signal: init.signal } : {});
      return fetch(url, init);
    },
  },
  "pdp-silent": {
    pdp: (_, { signal }) =>
      new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason), { once: true })),
  },
  "pdp-down": { pdp: unreachable },
  "pdp-refusing": {
    pdp: async () => Response.json({ code: 8, message: "too many requests" }, { status: 429 }),
  },
  "pdp-broken": {
    pdp: async () => new Response("<!doctype html><title>502 Bad Gateway</title>", { status: 502 }),
  },
  "keys-rotated": { issuer: sendOtherKeys },
  "issuer-down": { issuer: unreachable },
  "clock-ahead": { clockMs: HOURS_MS },
  "clock-behind": { clockMs: -HOURS_MS },
};

/** The gateway and the PDP are down: the connection closes without a response. */
const OFF = "gateway-off";

/** Options for {@link faultyWays}. */
export interface FaultOptions extends Omit<GatewayOptions, "tokenOf"> {
  /** The PDP that pages call directly. */
  readonly directPdp: string;
}

/**
 * The gateway and the PDP with a fault: `/pdp-down/authz` is a gateway whose PDP is down, `/pdp-down/pdp` a PDP that is
 * down. A page selects a fault by the path it calls, so nothing has to be reset, and other pages are not affected.
 */
export function faultyWays({ directPdp, ...options }: FaultOptions): Connect.NextHandleFunction {
  const handlers = new Map<string, Gateway>();
  const handlerOf = (way: string, name: string): Gateway | undefined => {
    const fault = Object.hasOwn(FAULTS, name) ? FAULTS[name] : undefined;
    const made = handlers.get(`${name} ${way}`) ?? (fault && makeHandler(way, fault));
    if (made) handlers.set(`${name} ${way}`, made);
    return made;
  };
  const makeHandler = (way: string, fault: Fault): Gateway =>
    way === "pdp" ? relay(directPdp, fault.pdp ?? fetch) : createGateway(withFault(options, fault));

  return (request, response, next) => {
    const [, name = "", way = ""] = /^\/([\w-]+)\/(authz|pdp)\/api\//.exec(request.url ?? "") ?? [];
    if (name === OFF) return request.socket.destroy();
    const handler = handlerOf(way, name);
    if (!handler) return next();
    toNodeListener(handler)(request, response);
  };
}

function withFault(options: GatewayOptions, { pdp, issuer, clockMs = 0 }: Fault): GatewayOptions {
  const pdps = [options.pdp].flat();
  return {
    ...options,
    metadata: true,
    fetch: (url, init) => {
      const send = (pdps.some((address) => url.startsWith(address)) ? pdp : issuer) ?? fetch;
      return send(url, init);
    },
    now: () => Date.now() + clockMs,
    // Its log would only repeat the requested fault.
    log: () => undefined,
  };
}

/** Forwards requests to a PDP. */
function relay(pdp: string, send: Send): Gateway {
  return async (request) => {
    const path = new URL(request.url).pathname.replace(/^.*?\/pdp\//, "/");
    const { method, signal } = request;
    try {
      const answer = await send(`${pdp}${path}`, { method, body: await request.text(), signal });
      return new Response(await answer.text(), {
        status: answer.status,
        headers: { "content-type": answer.headers.get("content-type") ?? "text/plain" },
      });
    } catch {
      // As a proxy in front of the PDP sends it.
      return new Response("", { status: 502 });
    }
  };
}

/** The issuer's keys, none of which signed an existing token. */
async function sendOtherKeys(url: string, init: RequestInit): Promise<Response> {
  const { keys } = fieldsOf(await (await fetch(url, init)).json());
  const algorithm = { name: "RSASSA-PKCS1-v1_5", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
  const { publicKey } = await crypto.subtle.generateKey({ ...algorithm, hash: "SHA-256" }, true, ["sign", "verify"]);
  const { n, e } = await crypto.subtle.exportKey("jwk", publicKey);
  return Response.json({ keys: listOf(keys).map(({ kty, alg, use }) => ({ kty, alg, use, n, e, kid: "rotated" })) });
}
