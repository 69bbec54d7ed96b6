import { importsModule } from "./our-modules.ts";
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

/** The module of the gateway's plugin. */
export const PLUGIN_MODULE = "@kinde-cerbos/server/vite";

/** The lines of the plugin that `init` adds. */
export const PLUGIN_LINES: readonly string[] = [
  "kindeCerbos((env) => ({",
  "  issuer: env.VITE_KINDE_DOMAIN,",
  "  clientId: env.VITE_KINDE_CLIENT_ID,",
  "  pdp: env.PDP_URL,",
  "}))",
];

/**
 * Adds the gateway to the plugins of a Vite configuration.
 *
 * @returns the edited text; the same text if it has the gateway; `undefined` if no plain list of plugins is found
 */
export function editViteConfig(text: string): string | undefined {
  const statements = statementsOf(text);
  if (!statements) return undefined;
  if (importsModule(statements, PLUGIN_MODULE)) return text;
  const list = pluginsOf(statements);
  const imports = importsBelow(text, statements, [{ names: "kindeCerbos", from: PLUGIN_MODULE }]);
  const elements = Array.isArray(list?.["elements"]) ? list["elements"] : [];
  if (!list || !imports || elements.length === 0 || !elements.every(isNode)) return undefined;
  // Comments between plugins would be lost.
  const ends = [list.start + 1, ...elements.map(({ end }) => end)];
  const starts = [...elements.map(({ start }) => start), list.end - 1];
  if (!starts.every((start, index) => /^[\s,]*$/.test(text.slice(ends[index], start)))) return undefined;

  const indent = indentAt(text, list.start);
  const step = indentStep(text);
  const plugin = PLUGIN_LINES.map((line) => line.replace("  ", step)).join(`\n${indent}${step}`);
  const items = [...elements.map(({ start, end }) => text.slice(start, end)), plugin];
  const replaced = `[${items.map((item) => `\n${indent}${step}${item},`).join("")}\n${indent}]`;
  return withLineEndsOf(text, replaceIn(text, [imports, { start: list.start, end: list.end, text: replaced }]));
}

/** Returns the port of the development server, if it is plainly written as `server: { port: 3000 }`. */
export function portInViteConfig(text: string): number | undefined {
  const server = valueOf("server", defaultConfig(statementsOf(text) ?? []));
  const port = valueOf("port", server);
  return port?.type === "NumericLiteral" && typeof port["value"] === "number" ? port["value"] : undefined;
}

/** Returns the list of plugins at the top of the default export. */
function pluginsOf(statements: readonly SyntaxNode[]): SyntaxNode | undefined {
  const value = valueOf("plugins", defaultConfig(statements));
  return value?.type === "ArrayExpression" ? value : undefined;
}

/** Returns the value of a property, if the object has it once. */
function valueOf(name: string, object: SyntaxNode | undefined): SyntaxNode | undefined {
  const properties = Array.isArray(object?.["properties"]) ? object["properties"].filter(isNode) : [];
  const named = properties.filter(({ key }) => isNode(key) && key["name"] === name);
  const [value, ...others] = named.map((property) => property["value"]);
  return others.length === 0 && isNode(value) ? value : undefined;
}

function defaultConfig(statements: readonly SyntaxNode[]): SyntaxNode | undefined {
  const exported = statements.find(({ type }) => type === "ExportDefaultDeclaration");
  return configOf(exported?.["declaration"], statements);
}

/** Returns the object of a configuration: plain, in `defineConfig`, in a variable, or returned by a function. */
function configOf(value: unknown, statements: readonly SyntaxNode[]): SyntaxNode | undefined {
  if (!isNode(value)) return undefined;
  switch (value.type) {
    case "ObjectExpression":
      return value;
    case "CallExpression": {
      const args = value["arguments"];
      return configOf(Array.isArray(args) ? args[0] : undefined, statements);
    }
    case "TSSatisfiesExpression":
    case "TSAsExpression":
      return configOf(value["expression"], statements);
    case "Identifier":
      return configOf(initOf(value["name"], statements), []);
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      return configOf(resultOf(value["body"]), statements);
    default:
      return undefined;
  }
}

/** Returns the initial value of a variable at the top of the module. */
function initOf(name: unknown, statements: readonly SyntaxNode[]): unknown {
  const declared = statements.flatMap(({ declarations }) => (Array.isArray(declarations) ? declarations : []));
  return declared.find((one) => isNode(one) && isNode(one["id"]) && one["id"]["name"] === name)?.init;
}

/** Returns the result of a function, if it has only one return. */
function resultOf(body: unknown): unknown {
  if (!isNode(body) || body.type !== "BlockStatement") return body;
  const returns = nodesIn(body).filter(({ type }) => type === "ReturnStatement");
  return returns.length === 1 ? returns[0]?.["argument"] : undefined;
}
