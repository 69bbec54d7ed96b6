import { danger, ok, skipped, type Verdict, warning } from "./finding.ts";
import { type Reply } from "./http.ts";
import { type PdpProbe, type Question } from "./pdp.ts";

/** An origin that no configuration lists. */
const STRANGER = "https://kinde-cerbos-doctor.invalid";

/**
 * Whether a browser hands the PDP's answers to pages of this origin, and to no others.
 *
 * @param question any check; its answer does not matter
 */
export async function corsVerdict(probe: PdpProbe, origin: string | undefined, question: Question): Promise<Verdict> {
  if (origin === undefined) {
    return skipped(
      "No origin was given.",
      "If pages call the PDP from another origin, pass it with --origin. If they call it through their own " +
        "origin, they need no CORS: turn it off in the PDP.",
    );
  }
  const reply = await probe.send({ ...question, origin });
  if (reply.kind === "nothing") return skipped(`There was no answer: ${reply.reason}.`, "See pdp-reachable.");
  if (!allows(reply, origin)) {
    return danger(
      `Browsers do not hand the answers to pages of ${origin}.`,
      "Add the origin to server.cors.allowedOrigins of the PDP, or to corsOrigins of the gateway. Or let " +
        "pages call it through their own origin.",
    );
  }
  if (allows(await probe.send({ ...question, origin: STRANGER }), STRANGER)) {
    return warning(
      `Browsers hand the answers to pages of ${origin}, and to pages of any other origin.`,
      "List your origins in server.cors.allowedOrigins of the PDP, which allows all by default, or in " +
        "corsOrigins of the gateway.",
    );
  }
  const preflight = await probe.preflight(origin);
  const listed = preflight.kind === "answer" ? (preflight.headers.get("access-control-allow-headers") ?? "") : "";
  return ok(
    /\bauthorization\b/i.test(listed)
      ? `Pages of ${origin} can call it, also with an Authorization header.`
      : `Pages of ${origin} can call it, except with an Authorization header, which kinde-cerbos does not send.`,
  );
}

function allows(reply: Reply, origin: string): boolean {
  const allowed = reply.kind === "answer" ? reply.headers.get("access-control-allow-origin") : null;
  return allowed === origin || allowed === "*";
}
