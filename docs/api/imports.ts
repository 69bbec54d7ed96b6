import { type DeclarationReflection, PageEvent, ReflectionKind, type Renderer } from "typedoc";
import type { Exporters } from "./pages.ts";

const TYPES = ReflectionKind.Interface | ReflectionKind.TypeAlias;

/** Puts the import of an export at the top of its page, with the other entry points that have it, and its source below. */
export function addImports(renderer: Renderer, exporters: Exporters): void {
  renderer.on(PageEvent.END, (page) => {
    if (page.contents === undefined) return;
    const source = /^Defined in: \[.*\]\((.*)\)$/m.exec(page.contents)?.[1];
    let contents = page.contents
      .replaceAll(/^Defined in: .*\n\n?/gm, "")
      // An option without a default has nothing to show: the plugin would write `undefined`.
      .replaceAll(" | `undefined` | ", " | – | ")
      // What an entry point has from another: a list, instead of a section of each.
      .replace(/^## References/m, "## Exported from here, too")
      .replaceAll(/^### .* \{#(.*)\}\n\nRe-exports (.*)\n(\n\*\*\*\n\n)?/gm, '- <a id="$1"></a>$2\n');
    if (page.isReflectionEvent() && page.model.isDeclaration() && !page.model.kindOf(ReflectionKind.Module)) {
      const lines = importLines(page.model, exporters.get(page.model) ?? []);
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
