import { AuthzError, type DecisionMetadata } from "@kinde-cerbos/core";
import { type PolicyNames, unknownName } from "@kinde-cerbos/core/internal";
import { type DecisionRow } from "./decision-row.ts";

/** Facts about a decision that are not in the app's cache. */
export interface Known {
  /** Kinds and actions in the policies, if they were passed to the provider. */
  readonly names: PolicyNames | undefined;
  /** Whether the panel recorded the PDP's answer. */
  readonly isRecorded: boolean;
  readonly metadata: DecisionMetadata | undefined;
}

/** Returns sentences that explain a decision and what to do about it, the most important one first. */
export function explanationOf(row: DecisionRow, known: Known): readonly string[] {
  const { state, kind, action, error } = row;
  const wrongName = known.names && state !== "allowed" ? unknownName(known.names, kind, action) : undefined;
  return [
    ...(wrongName ? [`${capitalized(wrongName)} If it is new, run kinde-cerbos typegen again.`] : []),
    ...(error ? [errorText(error), afterError(state)] : []),
    ...(state === "pending" ? [pendingText(row)] : []),
    ...(row.decision ? answeredTexts(row, known, wrongName !== undefined) : []),
  ];
}

function errorText(error: Error): string {
  return error instanceof AuthzError ? `${error.code}: ${error.message}` : error.message;
}

function afterError(state: DecisionRow["state"]): string {
  return state === "error"
    ? "There is no decision, so the action is not allowed."
    : "It could not be checked again. The last decision is used until it reaches `maxAge`.";
}

function pendingText({ isFetching }: DecisionRow): string {
  return isFetching
    ? "The request is in flight. Until it is answered, the action is not allowed."
    : "The check was not sent yet, so the action is not allowed. The browser may be offline.";
}

function answeredTexts({ state, decision }: DecisionRow, known: Known, isWrongName: boolean): readonly string[] {
  const { metadata, isRecorded } = known;
  const hasSchemaErrors = (decision?.validationErrors.length ?? 0) > 0;
  const texts = decision?.outputs.flatMap(({ value }) => (typeof value === "string" ? value : [])) ?? [];
  return [
    ...texts.map((text) => `Policy output: ${text}`),
    ...(hasSchemaErrors ? [SCHEMA] : []),
    ...(metadata ? [policyText(state, metadata)] : [isRecorded ? NO_METADATA : NOT_RECORDED]),
    ...(state === "denied" && metadata && !isWrongName && !known.names ? [NO_NAMES] : []),
  ];
}

const NO_MATCH = "NO_MATCH";

function policyText(state: DecisionRow["state"], { matchedPolicy }: DecisionMetadata): string {
  if (matchedPolicy === NO_MATCH) {
    return (
      "NO_MATCH: the PDP has no policy for this kind, version and scope, so it denies every action. Check that the kind " +
      "equals `resource` in your policy, that the policy has this version and scope, and that the PDP loaded it."
    );
  }
  const policy = matchedPolicy ? `The policy ${matchedPolicy}` : "The PDP, which does not name a policy,";
  return state === "allowed"
    ? `${policy} has a rule that allows the action.`
    : `${policy} denies the action: no rule allows it for this user and resource, or a rule denies it.`;
}

const SCHEMA =
  "The attributes do not match the schema. If the PDP's `schema.enforcement` is `reject`, it denies every action for " +
  "this reason.";

const NO_METADATA =
  "The PDP's answer does not include the policy that decided. In development, set `metadata: true` in the options of " +
  "your gateway, or `includeMetadata: true` in the options of your own authorizer.";

const NOT_RECORDED =
  "This answer was not recorded, because it came from a server, from storage, or before the devtools were loaded. " +
  'Choose "Check again" to see which policy decided.';

const NO_NAMES =
  "A misspelled action is denied in the same way. To detect one here, pass `names` from `kinde-cerbos typegen` to " +
  "PermissionsProvider.";

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
