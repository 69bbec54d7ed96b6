import { doctorReport, UsageError } from "@kinde-cerbos/cli/internal";
import { claimsFromToken } from "@kinde-cerbos/core";
import { isLoopback } from "@kinde-cerbos/core/internal";
import { answerRefusals, bearerToken, peerAddressOf, Refusal } from "@kinde-cerbos/server";
import { jsonResponse, requireSameOrigin } from "@kinde-cerbos/server/internal";
import { documentResource } from "../../data/document.ts";
import { type SetUp } from "../../data/set-up.ts";

/** The playground's settings, without secrets. */
export interface SetUpOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly audience?: string | undefined;
  /** The PDPs behind the gateway. The first one is used. */
  readonly pdp: readonly string[];
  readonly isOwnKinde: boolean;
}

/**
 * For the set-up page, on this machine:
 *
 * | request | answer |
 * | --- | --- |
 * | `GET /setup` | what is set |
 * | `POST /doctor`, with a bearer token or without | what `kinde-cerbos doctor --json` prints |
 *
 * The addresses that the doctor examines are those of the set-up: a request cannot choose them.
 */
export function createSetUpApi(options: SetUpOptions): (request: Request) => Promise<Response> {
  const {
    issuer,
    clientId,
    audience,
    pdp: [pdp = ""],
    isOwnKinde,
  } = options;
  const setUp: SetUp = { isOwnKinde, issuer, clientId, audience: audience ?? null, pdp };

  const examine = async (request: Request): Promise<Response> => {
    const token = bearerToken(request);
    try {
      const report = await doctorReport({
        pdp,
        issuer,
        clientId,
        ...(audience !== undefined && { audience }),
        ...(token !== null && { token, check: [ownCheck(token)] }),
      });
      return jsonResponse(JSON.stringify(report), 200);
    } catch (error) {
      if (error instanceof UsageError) return jsonResponse(JSON.stringify({ message: error.message }), 400);
      throw error;
    }
  };

  return answerRefusals(async (request) => {
    requireSameOrigin(request);
    if (!isHere(peerAddressOf(request))) {
      throw new Refusal("forbidden", "The set-up page is available only on the machine that runs the playground.");
    }
    const { pathname } = new URL(request.url);
    if (request.method === "GET" && pathname === "/setup") return jsonResponse(JSON.stringify(setUp), 200);
    if (request.method === "POST" && pathname === "/doctor") return examine(request);
    return jsonResponse(JSON.stringify({ message: "This path does not exist." }), 404);
  });
}

/**
 * Returns the host of a socket's address. Sockets write IPv6 addresses without brackets, and IPv4 addresses with a
 * prefix if they listen on both.
 */
function isHere(address = ""): boolean {
  const plain = address.replace(/^::ffff:/, "");
  return isLoopback(plain.includes(":") ? `[${plain}]` : plain);
}

/** Checks whether the playground's policies accept the token, for a document of the user's organization. */
function ownCheck(token: string): string {
  const { kind, id, attr } = documentResource({
    id: "doctor",
    title: "A document of the doctor's",
    orgCode: organizationIn(token),
    ownerId: "a_colleague",
    department: "finance",
    state: "published",
    updatedAt: "",
  });
  return JSON.stringify({ kind, id, action: "view", attr });
}

/** Ignored, because the doctor reports what is wrong with an invalid token. */
function organizationIn(token: string): string {
  try {
    return claimsFromToken(token).org_code ?? "";
  } catch {
    return "";
  }
}
