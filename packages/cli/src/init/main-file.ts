import { fieldsOf } from "@kinde-cerbos/core/internal";
import { EXAMPLE, importsModule, PROVIDERS, usesName } from "./our-modules.ts";
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
 * Puts the providers around the only `<App>` of the file that renders it, and the example before it.
 *
 * @returns the edited text; the same text if it already imports the providers; `undefined` if there is not exactly one
 *   `<App>`, or a name is taken
 */
export function editMainFile(text: string): string | undefined {
  const statements = statementsOf(text);
  if (!statements) return undefined;
  if (importsModule(statements, PROVIDERS.from)) return text;
  if (usesName(statements, PROVIDERS.names, EXAMPLE.names)) return undefined;
  const imports = importsBelow(text, statements, [EXAMPLE, PROVIDERS]);
  const [app, ...others] = nodesIn(statements).filter(isApp);
  if (!imports || !app || others.length > 0) return undefined;
  const indent = indentAt(text, app.start);
  const step = indentStep(text);
  const source = text.slice(app.start, app.end);
  const inside = hasMultilineText(app) ? source : source.replaceAll("\n", `\n${step}`);
  const lines = [`<${PROVIDERS.names}>`, `${step}<${EXAMPLE.names} />`, `${step}${inside}`, `</${PROVIDERS.names}>`];
  const replaced = { start: app.start, end: app.end, text: lines.join(`\n${indent}`) };
  return withLineEndsOf(text, replaceIn(text, [imports, replaced]));
}

function isApp({ type, openingElement }: SyntaxNode): boolean {
  if (type !== "JSXElement" || !isNode(openingElement)) return false;
  const { name } = openingElement;
  return isNode(name) && name["name"] === "App";
}

/** Whether a node contains a text of several lines, which a new indentation would change. */
function hasMultilineText(app: SyntaxNode): boolean {
  return nodesIn(app).some(
    ({ type, loc }) => (type === "TemplateLiteral" || type === "StringLiteral") && isMultiline(loc),
  );
}

function isMultiline(place: unknown): boolean {
  const { start, end } = fieldsOf(place);
  return fieldsOf(start)["line"] !== fieldsOf(end)["line"];
}
