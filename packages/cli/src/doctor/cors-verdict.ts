import { danger, ok, skipped, type Verdict, warning } from "./finding.ts";
import { type Reply } from "./http.ts";
import { type PdpProbe, type Question } from "./pdp.ts";

/** An origin that nobody has allowed by name. */
const STRANGER = "https://kinde-cerbos-doctor.invalid";

/**
 * Whether a browser would hand the PDP's answers to a page of this origin, and to no other.
 *
 * @param question what is asked; its answer does not matter
 */
export async function corsVerdict(probe: PdpProbe, origin: string | undefined, question: Question): Promise<Verdict> {
  if (origin === undefined) {
    return skipped(
      "No origin was given.",
      "Pass --origin if pages ask the PDP from another origin. Pages that ask through their own need no CORS: then switch it off.",
    );
  }
  const reply = await probe.send({ ...question, origin });
  if (reply.kind === "nothing") return skipped(`There was no answer: ${reply.reason}.`, "See pdp-reachable.");
  if (!allows(reply, origin)) {
    return danger(
      `A browser hides the answers from pages of ${origin}.`,
      "Allow it, in server.cors.allowedOrigins of the PDP or corsOrigins of a gateway; or let pages ask through their own origin.",
    );
  }
  if (allows(await probe.send({ ...question, origin: STRANGER }), STRANGER)) {
    return warning(
      `Pages of ${origin} may ask, and so may those of any other origin.`,
      "List your origins, in server.cors.allowedOrigins of the PDP, whose default is all of them, or corsOrigins of a gateway.",
    );
  }
  const preflight = await probe.preflight(origin);
  const listed = preflight.kind === "answer" ? (preflight.headers.get("access-control-allow-headers") ?? "") : "";
  return ok(
    /\bauthorization\b/i.test(listed)
      ? `Pages of ${origin} may ask, also with an Authorization header. Others may not.`
      : `Pages of ${origin} may ask, but not with an Authorization header, which kinde-cerbos does not send. Others may not.`,
  );
}

function allows(reply: Reply, origin: string): boolean {
  const allowed = reply.kind === "answer" ? reply.headers.get("access-control-allow-origin") : null;
  return allowed === origin || allowed === "*";
}
