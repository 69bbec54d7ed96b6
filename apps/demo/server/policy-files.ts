import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";
import { type PolicyPlace } from "../data/policy-rule.ts";

/** What Cerbos does not read as policies: tests and their data, schemas, and what is hidden. */
const SKIPPED = /(?:^|\/)(?:\.|testdata\/|_schemas\/)|_test\.[^./]+$/;

/** One document of a policy file. */
export interface PolicySource {
  readonly file: string;
  readonly document: Document;
  /** Where a node begins. */
  readonly placeOf: (node: Node) => PolicyPlace;
}

/** All policies of a folder, as they are now. A file that cannot be parsed is left out: Cerbos has not loaded it. */
export function readPolicyFiles(folder: string): PolicySource[] {
  const files = globSync("**/*.{yaml,yml,json}", { cwd: folder }).filter((file) => !SKIPPED.test(file));
  return files.toSorted().flatMap((file) => {
    const lineCounter = new LineCounter();
    const documents = [...parseAllDocuments(readFileSync(join(folder, file), "utf8"), { merge: true, lineCounter })];
    if (documents.some(({ errors }) => errors.length > 0)) return [];
    const placeOf = (node: Node): PolicyPlace => ({ file, line: lineCounter.linePos(node.range?.[0] ?? 0).line });
    return documents.map((document) => ({ file, document, placeOf }));
  });
}

/** The items of a list at a path, each with the comment above it. */
export function itemsAt(node: unknown, path: readonly string[]): { readonly node: Node; readonly about: string }[] {
  const list: unknown = isMap(node) ? node.getIn(path, true) : undefined;
  if (!isSeq(list)) return [];
  return list.items.flatMap((item, at) => {
    if (!isMap(item) && !isScalar(item)) return [];
    // A comment above the first item is the list's.
    const comment = item.commentBefore ?? (at === 0 ? list.commentBefore : undefined) ?? "";
    return [
      {
        node: item,
        about: comment
          .split("\n")
          .map((line) => line.trim())
          .join(" ")
          .trim(),
      },
    ];
  });
}

/** A text at a path; empty if there is none. */
export function textAt(node: unknown, path: readonly string[]): string {
  const value: unknown = isMap(node) ? node.getIn(path) : undefined;
  return typeof value === "string" ? value : "";
}

/** The texts of a list at a path. */
export function textsAt(node: unknown, path: readonly string[]): string[] {
  return itemsAt(node, path).flatMap(({ node: item }) => (isScalar(item) ? String(item.value) : []));
}
