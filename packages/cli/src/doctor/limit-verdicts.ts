import { at } from "./fields.ts";
import { ok, skipped, type Verdict, warning } from "./finding.ts";
import { describe } from "./http.ts";
import { type PdpProbe, type Question } from "./pdp.ts";

/** A limit of Cerbos, and the names of the settings on both sides. */
const LIMITS = {
  resources: { what: "resources in a request", pdp: "maxResourcesPerRequest", ours: "maxResources" },
  actions: { what: "actions for a resource", pdp: "maxActionsPerResource", ours: "maxActions" },
} as const;

/**
 * Whether the PDP takes `count` resources in a request, or actions of a resource.
 *
 * @param question the check that is sent so many times
 */
export async function limitVerdict(
  probe: PdpProbe,
  limit: keyof typeof LIMITS,
  count: number,
  question: Question,
): Promise<Verdict> {
  const { what, pdp, ours } = LIMITS[limit];
  const reply = await probe.send({ ...question, [limit]: count });
  if (reply.kind === "answer" && reply.status === 200) return ok(`It took ${count} ${what}.`);
  // Cerbos 0.51: "number of resources in batch (51) exceeds configured limit (50)".
  const message = reply.kind === "answer" ? at(reply.body, "message") : undefined;
  const highest = /exceeds configured limit \((\d{1,9})\)/.exec(typeof message === "string" ? message : "")?.[1];
  const remedy = `Set server.requestLimits.${pdp}: ${count} in the PDP's configuration, or lower ${ours} in your app.`;
  if (highest !== undefined) return warning(`It takes ${highest} ${what}, and your app sends up to ${count}.`, remedy);
  if (reply.kind === "answer" && reply.status === 413) {
    return warning(`A request with ${count} ${what} is too large for it: HTTP 413.`, remedy);
  }
  return skipped(
    `There was no answer, for another reason than a limit: ${describe(reply)}.`,
    "See pdp-reachable and token-accepted.",
  );
}
