import { posix } from "node:path";
import {
  type DeclarationReflection,
  makeRecursiveVisitor,
  PageEvent,
  type ReferenceType,
  ReflectionKind,
  type Renderer,
  type Router,
} from "typedoc";
import type { Exporters } from "./pages.ts";

const TYPES = ReflectionKind.Interface | ReflectionKind.TypeAlias;

/** Puts the import of an export at the top of its page, and links to its parts and its source at the end. */
export function framePages(renderer: Renderer, exporters: Exporters): void {
  renderer.on(PageEvent.END, (page) => {
    if (page.contents === undefined) return;
    const source = /^Defined in: \[.*\]\((.*)\)$/m.exec(page.contents)?.[1];
    let contents = page.contents
      .replaceAll(/^Defined in: .*\n\n?/gm, "")
      // An option without a default has nothing to show: the plugin would write `undefined`.
      .replaceAll(" | `undefined` | ", " | – | ")
      .replace("## Modules", "## Entry points")
      .replace("| Module |", "| Entry point |")
      // What an entry point has from another: a list, instead of a section of each.
      .replace(/^## References/m, "## Also exported here")
      .replaceAll(/^### .* \{#(.*)\}\n\nRe-exports (.*)\n(\n\*\*\*\n\n)?/gm, '- <a id="$1"></a>$2\n');
    if (page.isReflectionEvent() && page.model.isDeclaration() && page.model.kindOf(ReflectionKind.Module)) {
      contents = withoutParts(contents, page.model, exporters);
    } else if (page.isReflectionEvent() && page.model.isDeclaration()) {
      const lines = importLines(page.model, exporters.get(page.model) ?? []);
      const parts = [...partsOf(page.model)].map((part) => linkTo(part, page.url, renderer.router));
      if (parts.length > 0) contents += `\n\nTypes in it: ${parts.join(", ")}.`;
      contents = contents.replace(/^(# .*\n)/, `$1\n${lines.join("\n")}\n`);
      if (source !== undefined) contents += `\n\n[Source](${source})\n`;
    }
    // A generated page is in no repository, so it can neither be edited nor have a date.
    page.contents = `---\neditLink: false\nlastUpdated: false\n---\n\n${contents}`;
  });
}

function importLines(model: DeclarationReflection, exporters: readonly DeclarationReflection[]): string[] {
  if (exporters.length === 0) return ["Not exported: it is part of types that are."];
  const keyword = model.kindOf(TYPES) ? "import type" : "import";
  const lines = ["```ts", `${keyword} { ${model.name} } from "@kinde-cerbos/${model.parent?.name}";`, "```"];
  const others = exporters.filter((module) => module !== model.parent).map(({ name }) => `\`@kinde-cerbos/${name}\``);
  if (others.length > 0) lines.push("", `Also exported by ${others.join(", ")}.`);
  return lines;
}

/** Takes types that are not exported out of the tables of an entry point: the pages of exports lead to them. */
function withoutParts(contents: string, module: DeclarationReflection, exporters: Exporters): string {
  const parts = (module.children ?? [])
    .filter((child) => child.isDeclaration())
    .filter((child) => !exporters.has(child) && !child.kindOf(ReflectionKind.Namespace));
  const names = new Set(parts.map(({ name }) => name));
  return contents
    .replaceAll(/^\| \[(.*?)\]\(.*\n?/gm, (row, name: string) => (names.has(name.replaceAll("\\", "")) ? "" : row))
    .replaceAll(/^## .*\n\n\| .*\n\| -.*\n(?!\|)\n?/gm, "");
}

/** The types that a type alias names: code has no links. */
function partsOf({ type }: DeclarationReflection): Set<DeclarationReflection> {
  const parts = new Set<DeclarationReflection>();
  const add = ({ reflection }: ReferenceType): void => {
    if (reflection?.isDeclaration()) parts.add(reflection);
  };
  type?.visit(makeRecursiveVisitor({ reference: add }));
  return parts;
}

function linkTo(part: DeclarationReflection, page: string, router: Router | undefined): string {
  const url = router?.hasUrl(part) ? posix.relative(posix.dirname(page), router.getFullUrl(part)) : "";
  return `[\`${part.name}\`](${url})`;
}
