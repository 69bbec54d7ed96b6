import {
  importsBelow,
  indentAt,
  indentStep,
  isNode,
  nodesIn,
  replaceIn,
  statementsOf,
  type SyntaxNode,
  withLineEndsOf,
} from "./source-text.ts";

/**
 * Puts the providers around the one `<App>` of the file that renders it, and the example before it.
 *
 * @returns the same text if it has the providers; `undefined` if there is not exactly one `<App>`
 */
export function editMainFile(text: string): string | undefined {
  if (text.includes("<Providers>")) return text;
  const statements = statementsOf(text);
  const imports =
    statements &&
    importsBelow(text, statements, [
      { names: "PermissionsExample", from: "./permissions-example" },
      { names: "Providers", from: "./providers" },
    ]);
  const [app, ...others] = nodesIn(statements).filter(isApp);
  if (!imports || !app || others.length > 0) return undefined;
  const indent = indentAt(text, app.start);
  const step = indentStep(text);
  const inside = text.slice(app.start, app.end).replaceAll("\n", `\n${step}`);
  const lines = ["<Providers>", `${step}<PermissionsExample />`, `${step}${inside}`, "</Providers>"];
  const replaced = { start: app.start, end: app.end, text: lines.join(`\n${indent}`) };
  return withLineEndsOf(text, replaceIn(text, [imports, replaced]));
}

function isApp({ type, openingElement }: SyntaxNode): boolean {
  if (type !== "JSXElement" || !isNode(openingElement)) return false;
  const { name } = openingElement;
  return isNode(name) && name["name"] === "App";
}
