// The conditions on a user and the whole policies that the documentation shows.
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import { blocksOf } from "../../../docs/test/blocks.ts";
import { exampleDirectory } from "../src/index.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

/** A policy, parsed. */
interface Policy {
  readonly resourcePolicy?: {
    readonly resource: string;
    readonly scope?: string;
    readonly rules: readonly { readonly actions: readonly string[] }[];
  };
  readonly derivedRoles?: object;
  readonly principalPolicy?: object;
}

/** A policy, and the file that shows it, relative to the repository. */
interface ShownPolicy {
  readonly file: string;
  readonly policy: Policy;
}

export interface Documented {
  /** Each condition on a user, with the first file that shows it. */
  readonly conditions: ReadonlyMap<string, string>;
  readonly policies: readonly ShownPolicy[];
}

/** Returns the conditions and policies in the README, the docs, the packages' READMEs and the example policies. */
export function readDocumented(): Documented {
  const conditions = new Map<string, string>();
  const policies = new Map<string, ShownPolicy>();
  const addCondition = (code: string, file: string): void => {
    if (isCondition(code) && !conditions.has(code)) conditions.set(code, file);
  };
  const addYaml = (text: string, file: string): void => {
    for (const document of parseAllDocuments(text, { merge: true })) {
      const [cause] = document.errors;
      if (cause) throw new Error(`${file} shows YAML that cannot be read.`, { cause });
      const policy: Policy | null = document.toJS();
      for (const expression of expressionsIn(policy)) addCondition(expression, file);
      if (policy?.resourcePolicy ?? policy?.derivedRoles ?? policy?.principalPolicy) {
        policies.set(JSON.stringify(policy), { file, policy });
      }
    }
  };
  const addFile = (file: string): void => addYaml(readFileSync(join(repository, file), "utf8"), file);

  for (const file of globSync(["*.md", "docs/{*,{tutorial,guides,concepts,reference}/*}.md", "packages/*/*.md"], {
    cwd: repository,
  }).toSorted()) {
    const markdown = readFileSync(join(repository, file), "utf8");
    for (const { language, code } of blocksOf(file, markdown)) if (language === "yaml") addYaml(code, file);
    for (const [, included = ""] of markdown.matchAll(/^<<< (\S+\.yaml)/gm)) addFile(join(dirname(file), included));
    const prose = markdown.replaceAll(/^```[^]*?^```/gm, "");
    for (const [, code = ""] of prose.matchAll(/`([^`\n]+)`/g)) addCondition(code, file);
  }
  const examples = relative(repository, fileURLToPath(exampleDirectory));
  const exampleFiles = globSync(`${examples}/*.yaml`, { cwd: repository, exclude: ["**/*_test.yaml"] });
  for (const file of exampleFiles.toSorted()) addFile(file);
  return { conditions, policies: [...policies.values()] };
}

/** Whether an expression is boolean and depends on the user. */
function isCondition(code: string): boolean {
  if (!/\bV\.kinde_|\brequest\.aux_data\b/.test(code)) return false;
  return /[=<>!]=|[<>]|&&|\|\||\bin\b|\.\w+\(/.test(code) || /^!?V\.kinde_(authenticated|org_member)$/.test(code);
}

/**
 * Returns the expressions of conditions and local variables in a policy. Outputs are left out, because they decide
 * nothing.
 */
function expressionsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => (name === "output" ? [] : expressionsIn(part)));
}
