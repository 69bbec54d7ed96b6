import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";
import { type PolicyPlace } from "../data/policy-rule.ts";

/** Files that Cerbos does not read as policies: tests and their data, schemas, and hidden files. */
const SKIPPED = /(?:^|\/)(?:\.|testdata\/|_schemas\/)|_test\.[^./]+$/;

/** One document of a policy file. */
export interface PolicySource {
  readonly file: string;
  readonly document: Document;
  /** Returns the position of a node. */
  readonly placeOf: (node: Node) => PolicyPlace;
}

/**
 * Returns all policies in a folder. A file that cannot be parsed is left out, because Cerbos did not load it either.
 */
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

/** Returns the items of a list at a path, each with the comment above it. */
export function itemsAt(node: unknown, path: readonly string[]): { readonly node: Node; readonly about: string }[] {
  const list: unknown = isMap(node) ? node.getIn(path, true) : undefined;
  if (!isSeq(list)) return [];
  return list.items.flatMap((item, at) => {
    if (!isMap(item) && !isScalar(item)) return [];
    // YAML attaches a comment above the first item to the list.
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

/** Returns a string at a path; empty if there is none. */
export function textAt(node: unknown, path: readonly string[]): string {
  const value: unknown = isMap(node) ? node.getIn(path) : undefined;
  return typeof value === "string" ? value : "";
}

/** Returns the strings of a list at a path. */
export function textsAt(node: unknown, path: readonly string[]): string[] {
  return itemsAt(node, path).flatMap(({ node: item }) => (isScalar(item) ? String(item.value) : []));
}
