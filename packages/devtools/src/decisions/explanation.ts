import { AuthzError, type DecisionMetadata } from "@kinde-cerbos/core";
import { type PolicyNames, unknownName } from "@kinde-cerbos/core/internal";
import { type DecisionRow } from "./decision-row.ts";

/** What is known of a decision beside what the app's cache has. */
export interface Known {
  /** Kinds and actions that policies know, if the provider was given them. */
  readonly names: PolicyNames | undefined;
  /** Whether the answer came while the panel recorded, with all that was in it. */
  readonly isRecorded: boolean;
  readonly metadata: DecisionMetadata | undefined;
}

/** Why a decision is as it is, and what to do about it, in sentences. The one that matters most is the first. */
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
    ? "There is no decision, so it is not allowed."
    : "It could not be checked again. The last decision is shown until it is too old.";
}

function pendingText({ isFetching }: DecisionRow): string {
  return isFetching
    ? "The request is under way. Until it is answered, it is not allowed."
    : "It was not sent yet, so it is not allowed. The browser may be offline.";
}

function answeredTexts({ state, decision }: DecisionRow, known: Known, isWrongName: boolean): readonly string[] {
  const { metadata, isRecorded } = known;
  const hasSchemaErrors = (decision?.validationErrors.length ?? 0) > 0;
  const texts = decision?.outputs.flatMap(({ value }) => (typeof value === "string" ? value : [])) ?? [];
  return [
    ...texts.map((text) => `The policy says: ${text}`),
    ...(hasSchemaErrors ? [SCHEMA] : []),
    ...(metadata ? [policyText(state, metadata)] : [isRecorded ? NO_METADATA : NOT_RECORDED]),
    ...(state === "denied" && metadata && !isWrongName && !known.names ? [NO_NAMES] : []),
  ];
}

const NO_MATCH = "NO_MATCH";

function policyText(state: DecisionRow["state"], { matchedPolicy }: DecisionMetadata): string {
  if (matchedPolicy === NO_MATCH) {
    return (
      "NO_MATCH: the PDP has no policy for this kind, version and scope, so it denies every action. Is the kind spelled " +
      "as `resource` is in your policy? Does the policy have this version and scope? Has the PDP loaded it?"
    );
  }
  const policy = matchedPolicy ? `The policy ${matchedPolicy}` : "The PDP (it names no policy)";
  return state === "allowed"
    ? `${policy} has a rule that allows it.`
    : `${policy} denies it: either none of its rules allows the action to this user for this resource, or one denies it.`;
}

const SCHEMA =
  "Attributes do not fit the schema of the kind. If the PDP's `schema.enforcement` is `reject`, that alone denies " +
  "every action.";

const NO_METADATA =
  "The PDP's answer does not say which policy decided. Set `metadata: true` in the options of your gateway in " +
  "development, or `includeMetadata: true` in those of your own authorizer.";

const NOT_RECORDED =
  "This answer was not recorded: it came from a server, from storage, or before the devtools were on the page. " +
  'Choose "Check again" to learn which policy decided.';

const NO_NAMES =
  "A misspelled action is denied like this, too. Give PermissionsProvider the `names` that `kinde-cerbos typegen` " +
  "writes, and this panel tells you.";

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
