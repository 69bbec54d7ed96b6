import { type Fields, fieldsOf, isFields } from "@kinde-cerbos/core/internal";
import { answerRefusals, peerAddressOf, Refusal } from "@kinde-cerbos/server";
import { readBody, requireSameOrigin } from "@kinde-cerbos/server/internal";
import { InvalidRequest } from "../invalid-request.ts";
import { json } from "../json-answer.ts";
import { NotLoaded } from "./pdp-admin.ts";
import { Outdated } from "./policy-folder.ts";

/** A request from the playground's pages. */
interface PlaygroundRequest {
  readonly request: Request;
  readonly query: URLSearchParams;
  /** Parses the body as a JSON object. @throws Refusal, InvalidRequest */
  readonly body: () => Promise<Fields>;
}

/** Handlers by method and path, such as `GET policies`. */
export interface Routes {
  readonly [route: string]: (asked: PlaygroundRequest) => Promise<Response>;
}

const BODY_LIMITS = { bodyBytes: 262_144, bodyTimeoutMs: 10_000 };

/** Matches this machine's loopback addresses, as sockets write them. */
const LOOPBACK = /^(?:::1|(?:::ffff:)?127(?:\.\d+){3})$/;

/**
 * Answers the playground's own pages, on this machine. It changes policies and shows what people may do, without a
 * sign-in, so it refuses pages of other origins and other machines.
 */
export function answerRoutes(routes: Routes): (request: Request) => Promise<Response> {
  return answerRefusals(async (request) => {
    requireSameOrigin(request);
    if (!LOOPBACK.test(peerAddressOf(request) ?? "")) {
      throw new Refusal("forbidden", "The playground is available only on the machine that runs it.");
    }
    const { pathname, searchParams: query } = new URL(request.url);
    const name = `${request.method} ${pathname.slice(1)}`;
    const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
    if (!route) return json(404, { message: `The playground has no path ${name}.` });
    try {
      return await route({ request, query, body: () => bodyOf(request) });
    } catch (error) {
      if (error instanceof InvalidRequest) return json(400, { message: error.message });
      if (error instanceof Outdated) return json(409, { message: error.message });
      if (error instanceof NotLoaded) return json(503, { message: error.message });
      throw error;
    }
  });
}

async function bodyOf(request: Request): Promise<Fields> {
  const body = await readBody(request, BODY_LIMITS);
  if (!isFields(body)) throw new InvalidRequest("The body is not a JSON object. Send one.");
  return fieldsOf(body);
}
