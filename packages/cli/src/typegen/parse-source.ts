import { type Document, LineCounter, parseAllDocuments, visit } from "yaml";
import { InputError } from "./input-error.ts";
import { PlainScalar, SourceNode, type SourcePath } from "./source-node.ts";

/**
 * Parses the documents of a YAML or JSON text.
 *
 * @param file its name, for errors
 * @throws InputError if it cannot be parsed, with file, line and column
 */
export function parseSource(file: string, text: string): SourceNode[] {
  const lines = new LineCounter();
  const placeAt = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  // JSON is YAML. Cerbos supports merge keys (`<<`), which are from YAML 1.1.
  const documents = parseAllDocuments(text, { merge: true, lineCounter: lines, prettyErrors: false });
  return [...documents].flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new InputError(`${placeAt(error.pos[0])} ${error.message}`);
    visit(document, {
      Scalar(key, node) {
        const { value, source } = node;
        if (key === "key" || source === undefined) return;
        if (typeof value === "boolean" || (typeof value === "number" && INTEGER.test(source))) {
          node.value = new PlainScalar(value, source);
        }
      },
    });
    const value: unknown = document.toJS();
    if (value === null || value === undefined) return [];
    return [new SourceNode(value, (path) => placeAt(offsetOf(document, path)))];
  });
}

/** Cerbos accepts an integer as a text, but no other number. */
const INTEGER = /^[-+]?(?:\d+|0x[\da-f]+|0o[0-7]+)$/i;

/** Returns the position of the value at a path; if the text has none, of the nearest value around it. */
function offsetOf(document: Document.Parsed, path: SourcePath): number {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)) {
      return Number(node.range[0]);
    }
  }
  return document.contents?.range[0] ?? 0;
}
