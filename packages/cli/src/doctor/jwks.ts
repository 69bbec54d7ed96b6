import { createPublicKey, type KeyObject } from "node:crypto";
import { isFields } from "@kinde-cerbos/core/internal";
import { at } from "./fields.ts";
import { danger, ok, skipped, type Verdict, warning } from "./finding.ts";
import { describe, request } from "./http.ts";

/** A key of the issuer. */
export interface IssuerKey {
  readonly kid: string | undefined;
  readonly alg: string | undefined;
  readonly key: KeyObject;
}

/** The issuer's JWKS, and the verdicts on it. */
export interface Jwks {
  /** Its RSA keys, because Kinde signs with RS256; `undefined` if they could not be read. */
  readonly keys: readonly IssuerKey[] | undefined;
  readonly verdicts: { readonly "jwks-reachable": Verdict; readonly "jwks-keys": Verdict };
}

/** Reads the issuer's keys from Kinde's address, which PDPs also use. */
export async function readJwks(fetch: typeof globalThis.fetch, issuer: string): Promise<Jwks> {
  const url = `${issuer}/.well-known/jwks`;
  // The keys are public, and no token is sent, so redirects are safe.
  const reply = await request(fetch, url, { redirect: "follow" });
  const entries = reply.kind === "answer" && reply.status === 200 ? at(reply.body, "keys") : undefined;
  if (!Array.isArray(entries)) {
    const seen =
      reply.kind === "answer" && reply.status === 200 ? `${url} is not a JWKS.` : `${url}: ${describe(reply)}.`;
    return {
      keys: undefined,
      verdicts: {
        "jwks-reachable": danger(
          seen,
          "Is --issuer your Kinde domain, and can this machine reach it? A PDP that cannot read the keys " +
            "does not start.",
        ),
        "jwks-keys": skipped("There are no keys to check.", "See jwks-reachable."),
      },
    };
  }
  const keys = entries.flatMap(rsaKey);
  return {
    keys,
    verdicts: {
      "jwks-reachable": ok(`${url} has ${plural(entries.length, "key")}.`),
      "jwks-keys": keysVerdict(keys),
    },
  };
}

function keysVerdict(keys: readonly IssuerKey[]): Verdict {
  const remedy =
    "The PDP finds a token's key by its kid, and needs its alg. The issuer must publish both with each key.";
  const complete = keys.filter(({ kid, alg }) => kid !== undefined && alg !== undefined);
  if (keys.length === 0) return danger("The issuer has no RSA key, but Kinde signs with RS256.", remedy);
  if (complete.length === keys.length) {
    return ok(`${plural(keys.length, "RSA key")}, each with kid and alg.`);
  }
  const missing = ["kid", "alg"].filter((name) => keys.some((key) => at(key, name) === undefined));
  const incomplete = keys.length - complete.length;
  const seen = `${incomplete} of ${plural(keys.length, "RSA key")} without ${missing.join(" and ")}.`;
  return complete.length === 0 ? danger(seen, remedy) : warning(seen, remedy);
}

function rsaKey(entry: unknown): readonly IssuerKey[] {
  if (!isFields(entry) || entry["kty"] !== "RSA") return [];
  try {
    const { kid, alg } = entry;
    return [{ kid: textOf(kid), alg: textOf(alg), key: createPublicKey({ key: { ...entry }, format: "jwk" }) }];
  } catch {
    return [];
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
