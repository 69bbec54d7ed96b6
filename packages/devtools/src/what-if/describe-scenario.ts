import { type Outcome, type Scenario } from "./scenario.ts";

/** The description of each outcome of an overridden check. */
const OVERRIDDEN = {
  allow: "allowed",
  deny: "denied",
  pending: "pending",
  error: "failing",
  slow: "slow",
  down: "failing",
} as const satisfies Record<Outcome, string>;

/** Returns the description of a scenario, one sentence for each part. */
export function describeScenario({ overrides, all, delayMs, viewed }: Scenario): readonly string[] {
  const sentences: string[] = [];
  if (viewed) sentences.push(`Viewing as ${viewed.name}${viewed.organization ? ` in ${viewed.organization}` : ""}.`);
  const [first, ...more] = overrides;
  if (first && more.length === 0) sentences.push(ofOne(...first));
  else if (first) sentences.push(`${overrides.size} decisions are overridden.`);
  const others = overrides.size > 0 ? "All other checks" : "All checks";
  if (all) sentences.push(ofAll(all, others, delayMs));
  return sentences;
}

function ofAll(outcome: Outcome, checks: string, delayMs: number): string {
  switch (outcome) {
    case "allow":
      return `${checks} are allowed.`;
    case "deny":
      return `${checks} are denied.`;
    case "pending":
      return `${checks} stay pending.`;
    case "error":
      return `${checks} fail.`;
    case "slow":
      return `${checks} take ${delayMs} ms longer.`;
    case "down":
      return `${checks} fail as if Cerbos were down.`;
  }
}

function ofOne(place: string, outcome: Outcome): string {
  // oxlint-disable-next-line typescript/no-unsafe-assignment -- placeOf makes it from three strings
  const [action, kind, id]: string[] = JSON.parse(place);
  return `“${action}” on ${kind} ${id} is ${OVERRIDDEN[outcome]}.`;
}
