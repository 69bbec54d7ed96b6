import { parse } from "@babel/parser";
import { isFields } from "@kinde-cerbos/core/internal";

/** A node of the syntax tree of TypeScript. */
export interface SyntaxNode {
  readonly type: string;
  /** Its position in the text. */
  readonly start: number;
  readonly end: number;
  readonly [part: string]: unknown;
}

/** A replacement for a part of a text. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Returns the statements of a module; `undefined` if it cannot be parsed. */
export function statementsOf(text: string): readonly SyntaxNode[] | undefined {
  try {
    const { program } = parse(text, { sourceType: "module", plugins: ["typescript", "jsx"] });
    const body: readonly unknown[] = program.body;
    return body.filter(isNode);
  } catch {
    return undefined;
  }
}

/** Whether a part of a node is a node. */
export function isNode(value: unknown): value is SyntaxNode {
  return isFields(value) && typeof value["type"] === "string" && typeof value["start"] === "number";
}

/** Returns a node and all nodes in it, the outermost first. */
export function nodesIn(value: unknown): SyntaxNode[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  if (!isNode(value)) return [];
  return [value, ...Object.values(value).flatMap(nodesIn)];
}

/** Applies replacements, which must not overlap. */
export function replaceIn(text: string, replacements: readonly Replacement[]): string {
  return replacements
    .toSorted((one, other) => other.start - one.start)
    .reduce((edited, { start, end, text: part }) => edited.slice(0, start) + part + edited.slice(end), text);
}

/** Adds imports below the last one, in the style of the first: its quotes, and a semicolon or none. */
export function importsBelow(
  text: string,
  statements: readonly SyntaxNode[],
  imports: readonly { readonly names: string; readonly from: string }[],
): Replacement | undefined {
  const present = statements.filter(({ type }) => type === "ImportDeclaration");
  const [first, last] = [present[0], present.at(-1)];
  if (!first || !last) return undefined;
  const style = text.slice(first.start, first.end);
  const quote = style.includes("'") ? "'" : '"';
  const end = style.endsWith(";") ? ";" : "";
  const lines = imports.map(({ names, from }) => `\nimport { ${names} } from ${quote}${from}${quote}${end}`);
  return { start: last.end, end: last.end, text: lines.join("") };
}

/** Returns the white space at the beginning of the line with this position. */
export function indentAt(text: string, place: number): string {
  return /^[\t ]*/.exec(text.slice(text.lastIndexOf("\n", place - 1) + 1))?.[0] ?? "";
}

/** Returns one step of indentation in a text. Default: two spaces. */
export function indentStep(text: string): string {
  return /^([\t]| {2,4})(?=\S)/m.exec(text)?.[1] ?? "  ";
}

/** Returns the edited text with the line ends of the original. */
export function withLineEndsOf(text: string, edited: string): string {
  return text.includes("\r\n") ? edited.replaceAll(/\r?\n/g, "\r\n") : edited;
}
