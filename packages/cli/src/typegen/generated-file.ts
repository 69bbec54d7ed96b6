import { namesOf, typeOfNames } from "./action-type.ts";
import { type KindeNames } from "./kinde-names.ts";
import { type KindNames, type PolicySet } from "./policy-set.ts";

/** The first line of each generated file. */
export const HEADER =
  "// Made by `kinde-cerbos typegen`. Do not edit it: change the policies and run the command again.\n";

/** The content of the file. */
export interface FileContent extends PolicySet {
  /** Declarations of attribute types, with `ByKind` among them. */
  readonly attributes: string;
  /** The names in `kinde.json`; `undefined` without `--kinde`. */
  readonly kinde: KindeNames | undefined;
}

/** Returns the text of the generated file. It does not depend on the order of the names. */
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

/** The names in the Cerbos policies. */
export interface CerbosPolicies {
  readonly kinds: ${unionOf(kinds.keys())};
${each("actions", "The actions of each kind.", ({ actions }) => typeOfNames(actions))}\
  /** The attributes of each kind that has a schema. */
  readonly attributes: CerbosAttributes.ByKind;
${each("policyVersions", "The policy versions of each kind.", ({ versions }) => unionOf(versions))}\
${each("scopes", "The scopes of each kind; empty for policies without a scope.", ({ scopes }) => unionOf(scopes))}\
${each("outputs", "The source of each output, by kind.", ({ outputs }) => unionOf(outputs))}\
  readonly derivedRoles: ${unionOf(derivedRoles)};
}
${kinde ? kindeInterface(kinde) : ""}
/** From the JSON Schemas of the policies. */
export declare namespace CerbosAttributes {
${indented(attributes)}}

/** The actions of each kind, for warnings in development. */
export const cerbosNames = {
${sorted.map(([kind, { actions }]) => `  ${propertyOf(kind)}: ${listOf(namesOf(actions))},\n`).join("")}} as const;
`;
}

function kindeInterface({ roles, permissions, flags }: KindeNames): string {
  return `
/** The names that Kinde's tokens may contain. */
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

/** Compares entries by their keys, independent of the machine's language. */
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

function listOf(names: readonly string[]): string {
  return `[${names.map((name) => JSON.stringify(name)).join(", ")}]`;
}

function keyOf(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}

/** Returns a property name. In an object literal, a plain `__proto__` would set the prototype. */
function propertyOf(name: string): string {
  return name === "__proto__" ? '["__proto__"]' : keyOf(name);
}

/** Indents declarations by their braces. The library that makes them would need a slow formatter for that. */
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
