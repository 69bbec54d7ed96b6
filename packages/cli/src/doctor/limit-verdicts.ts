import { at } from "./fields.ts";
import { ok, skipped, type Verdict, warning } from "./finding.ts";
import { describe } from "./http.ts";
import { type PdpProbe, type ProbeCheck } from "./pdp.ts";

/** The limits of Cerbos, with their settings in Cerbos and in kinde-cerbos. */
const LIMITS = {
  resources: { what: "resources in a request", pdp: "maxResourcesPerRequest", ours: "maxResources" },
  actions: { what: "actions for a resource", pdp: "maxActionsPerResource", ours: "maxActions" },
} as const;

/**
 * Checks whether the PDP accepts `count` resources in a request, or actions of a resource.
 *
 * @param probeCheck the check to repeat
 */
export async function limitVerdict(
  probe: PdpProbe,
  limit: keyof typeof LIMITS,
  count: number,
  probeCheck: ProbeCheck,
): Promise<Verdict> {
  const { what, pdp, ours } = LIMITS[limit];
  const reply = await probe.send({ ...probeCheck, [limit]: count });
  if (reply.kind === "answer" && reply.status === 200) return ok(`It accepted ${count} ${what}.`);
  // Cerbos 0.51: "number of resources in batch (51) exceeds configured limit (50)".
  const message = reply.kind === "answer" ? at(reply.body, "message") : undefined;
  const highest = /exceeds configured limit \((\d{1,9})\)/.exec(typeof message === "string" ? message : "")?.[1];
  const remedy = `Set server.requestLimits.${pdp}: ${count} in the PDP's configuration, or lower ${ours} in your app.`;
  if (highest !== undefined)
    return warning(`It accepts at most ${highest} ${what}, but your app sends up to ${count}.`, remedy);
  if (reply.kind === "answer" && reply.status === 413) {
    return warning(`A request with ${count} ${what} is too large for it: HTTP 413.`, remedy);
  }
  return skipped(
    `The request failed, but not because of a limit: ${describe(reply)}.`,
    "See pdp-reachable and token-accepted.",
  );
}
