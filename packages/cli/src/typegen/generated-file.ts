import { namesOf, typeOfNames } from "./action-type.ts";
import { type KindeNames } from "./kinde-names.ts";
import { type KindNames, type PolicySet } from "./policy-set.ts";

/** How each file begins that typegen has made. */
export const HEADER =
  "// Made by `kinde-cerbos typegen`. Do not edit it: change the policies and run the command again.\n";

/** What stands in the file. */
export interface FileContent extends PolicySet {
  /** Declarations of attribute types, with `ByKind` among them. */
  readonly attributes: string;
  /** Left out without `--kinde`. */
  readonly kinde: KindeNames | undefined;
}

/** The text of the generated file: the same for the same names, in whatever order they come. */
export function generatedFile({ kinds, derivedRoles, attributes, kinde }: FileContent): string {
  const sorted = [...kinds].toSorted(byName);
  const each = (name: string, comment: string, typeOf: (kind: KindNames) => string): string =>
    `  /** ${comment} */\n  readonly ${name}: {\n` +
    `${sorted.map(([kind, names]) => `    readonly ${keyOf(kind)}: ${typeOf(names)};\n`).join("")}  };\n`;
  return `${HEADER}/* eslint-disable */
/* oxlint-disable */

declare module "@kinde-cerbos/core" {
  interface Register {
    readonly policies: CerbosPolicies;
${kinde ? "    readonly kinde: KindeNames;\n" : ""}  }
}

/** What the Cerbos policies name. */
export interface CerbosPolicies {
  readonly kinds: ${unionOf(kinds.keys())};
${each("actions", "The actions of each kind.", ({ actions }) => typeOfNames(actions))}\
  /** The attributes of each kind that has a schema. */
  readonly attributes: CerbosAttributes.ByKind;
${each("policyVersions", "The policy versions of each kind.", ({ versions }) => unionOf(versions))}\
${each("scopes", "The scopes of each kind; empty for its policies without a scope.", ({ scopes }) => unionOf(scopes))}\
${each("outputs", "Where outputs of each kind come from.", ({ outputs }) => unionOf(outputs))}\
  readonly derivedRoles: ${unionOf(derivedRoles)};
}
${kinde ? kindeInterface(kinde) : ""}
/** From the JSON Schemas of the policies. */
export declare namespace CerbosAttributes {
${indented(attributes)}}

/** Each kind's actions, for warnings in development. */
export const cerbosNames = {
${sorted.map(([kind, { actions }]) => `  ${propertyOf(kind)}: ${JSON.stringify(namesOf(actions)).replaceAll('","', '", "')},\n`).join("")}} as const;
`;
}

function kindeInterface({ roles, permissions, flags }: KindeNames): string {
  return `
/** What Kinde's tokens may have. */
export interface KindeNames {
  readonly roles: ${roles ? unionOf(roles) : "string"};
  readonly permissions: ${permissions ? unionOf(permissions) : "string"};
  /** The values of each feature flag. */
  readonly flags: {
${[...flags]
  .toSorted(byName)
  .map(([flag, type]) => `    readonly ${keyOf(flag)}: ${type};\n`)
  .join("")}  };
}
`;
}

/** Sorts entries by their keys, whatever the language of the machine is. */
export function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

function unionOf(names: Iterable<string>): string {
  return (
    [...names]
      .map((name) => JSON.stringify(name))
      .toSorted()
      .join(" | ") || "never"
  );
}

function keyOf(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}

/** In an object literal, `__proto__` would be its prototype. */
function propertyOf(name: string): string {
  return name === "__proto__" ? '["__proto__"]' : keyOf(name);
}

/** Lines of declarations, indented by their braces: what makes them does so only with a slow formatter. */
function indented(declarations: string): string {
  let depth = 1;
  let isComment = false;
  const lines = declarations.split("\n").flatMap((line) => {
    const text = line.trim();
    if (text === "") return [];
    if (!isComment && /^[}\])]/.test(text)) depth--;
    const indent = "  ".repeat(depth) + (isComment ? " " : "");
    if (!isComment && /[{[(]$/.test(text)) depth++;
    if (text.startsWith("/**")) isComment = true;
    if (text.endsWith("*/")) isComment = false;
    return [`${indent}${text}\n`];
  });
  return lines.join("");
}
