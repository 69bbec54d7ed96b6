import { type Context } from "./context.ts";
import { at } from "./fields.ts";
import { danger, type Verdict } from "./finding.ts";
import { type Decided } from "./pdp.ts";
import { audiencesOf, type Token } from "./token.ts";

/** How a claim compares with the PDP's setting, as `doctor.yaml` in `@kinde-cerbos/policies` reports it. */
type Compared = "same" | "different" | "missing" | "unset";

/** How a token compares with `engine.globals` of the PDP. */
interface Comparison {
  readonly issuer: Compared;
  readonly clientId: Compared;
  readonly audience: Compared;
}

const WORDS: readonly unknown[] = ["same", "different", "missing", "unset"] satisfies Compared[];

/** Returns the comparison in the output of the probe; `undefined` if there is none, as with older policies. */
export function comparisonIn({ outputs }: Decided): Comparison | undefined {
  return outputs.find(isComparison);
}

function isComparison(output: unknown): output is Comparison {
  return ["issuer", "clientId", "audience"].every((name) => WORDS.includes(at(output, name)));
}

/** One reason why the policies deny a token, and what to do about it. */
interface Reason {
  readonly seen: string;
  readonly remedy: string;
}

/** Returns the verdict on a token that the policies deny, from the comparison they report. */
export function whyDenied({ issuer, clientId, audience }: Comparison, token: Token, context: Context): Verdict {
  const { iss, azp } = token.claims;
  const reasons: Reason[] = [];
  if (issuer !== "same") {
    reasons.push(reasonFor("issuer", "iss", issuer, iss === context.issuer ? context.issuer : undefined));
  }
  if (clientId === "different" || clientId === "missing") {
    reasons.push(reasonFor("clientId", "azp", clientId, azp === context.clientId ? context.clientId : undefined));
  }
  if (audience === "different") {
    const known = audiencesOf(token).includes(context.audience) ? context.audience : undefined;
    reasons.push(reasonFor("audience", "aud", audience, known));
  } else if (audience !== "same" && clientId === "unset") {
    reasons.push(NEITHER);
  }
  if (reasons.length === 0) return NOT_THE_SETTINGS;
  const remedies = reasons.map(({ remedy }) => remedy).join(" ");
  return danger(
    reasons.map(({ seen }) => seen).join(" "),
    `${remedies} Then restart the PDP. If the configuration is right, pass a token that fits it.`,
  );
}

/** @param known the claim's value, if it was also passed as an option: only then may it be printed */
function reasonFor(setting: keyof Comparison, claim: string, compared: Compared, known: string | undefined): Reason {
  const name = `engine.globals.${setting}`;
  if (compared === "missing") {
    const remedy = "Pass an access token of a user.";
    return { seen: `The token has no ${claim}, so it cannot match ${name} of the PDP.`, remedy };
  }
  const value = known === undefined ? `exactly the token's ${claim}` : JSON.stringify(known);
  const orAdd = setting === "issuer" ? "" : ", or add it if it is a list";
  return {
    seen: `${name} of the PDP ${compared === "unset" ? "is not set" : `does not match the token's ${claim}`}.`,
    remedy: `In the PDP's configuration, set ${name} to ${value}${orAdd}.`,
  };
}

const NEITHER: Reason = {
  seen: "engine.globals of the PDP has no clientId, and no audience that the token names.",
  remedy: "In the PDP's configuration, set engine.globals.clientId to the client id of your application in Kinde.",
};

const NOT_THE_SETTINGS = danger(
  "The token's iss, azp and aud match engine.globals of the PDP, but the policies still deny it.",
  "See token: an id token and a token without exp are denied. If you changed @kinde-cerbos/policies, compare " +
    "them with the originals.",
);
