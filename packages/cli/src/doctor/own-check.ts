import { type Fields, isFields } from "@kinde-cerbos/core/internal";
import { UsageError } from "../usage-error.ts";
import { listOf } from "./fields.ts";
import { decodeToken } from "./token.ts";

/** A check from `--check`, which the doctor sends in several ways. */
export interface OwnCheck {
  /** `kind:action`, and the id if one was given. */
  readonly name: string;
  /** The resource to check, and the action. */
  readonly resource: {
    readonly kind: string;
    readonly action: string;
    readonly id?: string;
    readonly attr: Fields;
    readonly scope?: string;
    readonly policyVersion?: string;
  };
  /** What a caller claims about itself, in addition to the doctor's own attempts. */
  readonly claimed: { readonly id?: string; readonly roles: readonly string[]; readonly attr: Fields };
}

const FORM =
  "--check takes kind:action or kind:action:id, such as document:edit:doc-1; or JSON, such as " +
  '{"kind":"document","action":"edit","attr":{"orgCode":"org_1"}}';

/**
 * Reads a check.
 *
 * @param text the value of `--check`
 * @throws UsageError if it is invalid. The message does not contain the value.
 */
export function readCheck(text: string): OwnCheck {
  const fields = text.startsWith("{") ? parse(text) : shortForm(text);
  const known = onlyFields(fields, ["kind", "action", "id", "attr", "scope", "policyVersion", "claimed"], "");
  const kind = requiredName(known, "kind");
  const action = requiredName(known, "action");
  const id = optionalName(known, "id");
  const scope = optionalName(known, "scope");
  const policyVersion = optionalName(known, "policyVersion");
  const claimed = onlyFields(objectIn(known, "claimed"), ["id", "roles", "attr"], "claimed.");
  const claimedId = optionalName(claimed, "id");
  return {
    name: [kind, action, ...(id === undefined ? [] : [id])].join(":"),
    resource: {
      kind,
      action,
      attr: objectIn(known, "attr"),
      ...(id !== undefined && { id }),
      ...(scope !== undefined && { scope }),
      ...(policyVersion !== undefined && { policyVersion }),
    },
    claimed: {
      ...(claimedId !== undefined && { id: claimedId }),
      roles: rolesIn(claimed),
      attr: objectIn(claimed, "attr"),
    },
  };
}

/** Reads `kind:action` or `kind:action:id`. Kinds and actions with a colon need the JSON form. */
function shortForm(text: string): Fields {
  const [kind, action, ...id] = text.split(":");
  return { kind, action, ...(id.length > 0 && { id: id.join(":") }) };
}

function parse(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    if (isFields(value)) return value;
  } catch {
    // The message of JSON.parse would quote the text.
  }
  throw new UsageError(`--check is not valid JSON. ${FORM}.`);
}

function onlyFields(fields: Fields, names: readonly string[], path: string): Fields {
  if (Object.keys(fields).every((name) => names.includes(name))) return fields;
  const known = names.map((name) => `${path}${name}`).join(", ");
  throw new UsageError(`--check has an unknown field. The fields are ${known}.`);
}

function requiredName(fields: Fields, field: string): string {
  const name = optionalName(fields, field);
  if (name === undefined) throw new UsageError(`--check has no ${field}. ${FORM}.`);
  return name;
}

function optionalName(fields: Fields, field: string): string | undefined {
  const value = fields[field];
  if (value === undefined) return undefined;
  if (isPrintable(value)) return value;
  throw new UsageError(
    `The field ${field} of --check must be 1 to 200 printable characters, and not a token. ${FORM}.`,
  );
}

/** Whether a name can be printed on a terminal. */
function isPrintable(value: unknown): value is string {
  return typeof value === "string" && /^[^\p{C}]{1,200}$/u.test(value) && decodeToken(value) === undefined;
}

function objectIn(fields: Fields, field: string): Fields {
  const value = fields[field] ?? {};
  if (isFields(value)) return value;
  throw new UsageError(`The field ${field} of --check must be an object. ${FORM}.`);
}

function rolesIn(claimed: Fields): readonly string[] {
  const { roles = [] } = claimed;
  const names = listOf(roles).filter(isPrintable);
  if (Array.isArray(roles) && names.length === roles.length) return names;
  throw new UsageError("The field claimed.roles of --check must be a list of role names.");
}
