import { type Document, LineCounter, parseAllDocuments } from "yaml";
import { InputError } from "./input-error.ts";
import { SourceNode, type SourcePath } from "./source-node.ts";

/**
 * The documents of a YAML or JSON text.
 *
 * @param file its name, for errors
 * @throws InputError where it cannot be parsed, with file, line and column
 */
export function parseSource(file: string, text: string): SourceNode[] {
  const lines = new LineCounter();
  const placeAt = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  // JSON is YAML. Merge keys (`<<`) are of YAML 1.1, and Cerbos reads them.
  const documents = parseAllDocuments(text, { merge: true, lineCounter: lines, prettyErrors: false });
  return [...documents].flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new InputError(`${placeAt(error.pos[0])} ${error.message}`);
    const value: unknown = document.toJS();
    if (value === null || value === undefined) return [];
    return [new SourceNode(value, (path) => placeAt(offsetOf(document, path)))];
  });
}

/** Where the value of a path begins, or the nearest around it that stands in the text. */
function offsetOf(document: Document.Parsed, path: SourcePath): number {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)) {
      return Number(node.range[0]);
    }
  }
  return document.contents?.range[0] ?? 0;
}
