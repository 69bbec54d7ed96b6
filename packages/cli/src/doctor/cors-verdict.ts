import { danger, ok, skipped, type Verdict, warning } from "./finding.ts";
import { type Reply } from "./http.ts";
import { type PdpProbe, type ProbeCheck } from "./pdp.ts";

/** An origin that no configuration lists. */
const OTHER_ORIGIN = "https://kinde-cerbos-doctor.invalid";

/**
 * Checks whether browsers let pages of this origin read the PDP's answers, and no others.
 *
 * @param probeCheck any check; its answer does not matter
 */
export async function corsVerdict(
  probe: PdpProbe,
  origin: string | undefined,
  probeCheck: ProbeCheck,
): Promise<Verdict> {
  if (origin === undefined) {
    return skipped(
      "No origin was given.",
      "If pages call the PDP from another origin, pass it with --origin. If they call it through their own " +
        "origin, they need no CORS: turn it off in the PDP.",
    );
  }
  const reply = await probe.send({ ...probeCheck, origin });
  if (reply.kind === "nothing") return skipped(`There was no answer: ${reply.reason}.`, "See pdp-reachable.");
  if (!allows(reply, origin)) {
    return danger(
      `Browsers do not let pages of ${origin} read the answers.`,
      "Add the origin to server.cors.allowedOrigins of the PDP, or to corsOrigins of the gateway. Or let " +
        "pages call it through their own origin.",
    );
  }
  if (allows(await probe.send({ ...probeCheck, origin: OTHER_ORIGIN }), OTHER_ORIGIN)) {
    return warning(
      `Browsers let pages of ${origin} read the answers, and pages of every other origin, too.`,
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
