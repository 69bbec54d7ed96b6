import { type Outcome, type Trial } from "./trial.ts";

/** What each outcome does to a check that was overridden. */
const OVERRIDDEN = {
  allow: "allowed",
  deny: "denied",
  pending: "pending",
  error: "failing",
  slow: "slow",
  down: "failing",
} as const satisfies Record<Outcome, string>;

/** What is tried out, a sentence for each part. */
export function describeTrial({ overrides, all, delayMs, viewed }: Trial): readonly string[] {
  const said: string[] = [];
  if (viewed) said.push(`Viewing as ${viewed.name}${viewed.organization ? ` in ${viewed.organization}` : ""}.`);
  const [first, ...more] = overrides;
  if (first && more.length === 0) said.push(ofOne(...first));
  else if (first) said.push(`${overrides.size} decisions are overridden.`);
  const others = overrides.size > 0 ? "All other checks" : "All checks";
  if (all) said.push(ofAll(all, others, delayMs));
  return said;
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
      return `${checks} fail as if Cerbos was down.`;
  }
}

function ofOne(place: string, outcome: Outcome): string {
  // oxlint-disable-next-line typescript/no-unsafe-assignment -- placeOf has made it of three texts
  const [action, kind, id]: string[] = JSON.parse(place);
  return `“${action}” on ${kind} ${id} is ${OVERRIDDEN[outcome]}.`;
}
