import { type Fields, isFields } from "@kinde-cerbos/core/internal";
import { UsageError } from "../usage-error.ts";
import { listOf } from "./fields.ts";
import { decodeToken } from "./token.ts";

/** A check of the user's own, which the doctor sends in several ways. */
export interface OwnCheck {
  /** `kind:action`, and the id if one was given. */
  readonly name: string;
  /** What is checked. */
  readonly resource: {
    readonly kind: string;
    readonly action: string;
    readonly id?: string;
    readonly attr: Fields;
    readonly scope?: string;
    readonly policyVersion?: string;
  };
  /** What a caller may claim about itself, besides the doctor's own attempts. */
  readonly claimed: { readonly id?: string; readonly roles: readonly string[]; readonly attr: Fields };
}

const FORM =
  "--check takes kind:action or kind:action:id, such as document:edit:doc-1; or JSON, such as " +
  '{"kind":"document","action":"edit","attr":{"orgCode":"org_1"}}';

/**
 * The check that this text describes.
 *
 * @param text the value of `--check`
 * @throws UsageError; the text is not in its message
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

/** Kinds and actions with a colon need the JSON form. */
function shortForm(text: string): Fields {
  const [kind, action, ...id] = text.split(":");
  return { kind, action, ...(id.length > 0 && { id: id.join(":") }) };
}

function parse(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    if (isFields(value)) return value;
  } catch {
    // Its message would quote the text.
  }
  throw new UsageError(`--check has JSON that cannot be read. ${FORM}.`);
}

function onlyFields(fields: Fields, names: readonly string[], path: string): Fields {
  if (Object.keys(fields).every((name) => names.includes(name))) return fields;
  const known = names.map((name) => `${path}${name}`).join(", ");
  throw new UsageError(`--check has a field that is not known. The fields are ${known}.`);
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
  const what = "is not a text of 1 to 200 characters, or looks like a token";
  throw new UsageError(`--check has a field ${field} that ${what}. ${FORM}.`);
}

/** Names are printed on a terminal. */
function isPrintable(value: unknown): value is string {
  return typeof value === "string" && /^[^\p{C}]{1,200}$/u.test(value) && decodeToken(value) === undefined;
}

function objectIn(fields: Fields, field: string): Fields {
  const value = fields[field] ?? {};
  if (isFields(value)) return value;
  throw new UsageError(`--check has a field ${field} that is not an object. ${FORM}.`);
}

function rolesIn(claimed: Fields): readonly string[] {
  const { roles = [] } = claimed;
  const names = listOf(roles).filter(isPrintable);
  if (Array.isArray(roles) && names.length === roles.length) return names;
  throw new UsageError("--check has claimed.roles that are not a list of role names.");
}
