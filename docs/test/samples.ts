/**
 * Checks the documentation: each `ts`, `tsx`, `js` and `jsx` block compiles on its own, each JSON block is JSON, each
 * other block is in a language that is listed, a config of the local Kinde is one it accepts, the policies of a page
 * compile, Cerbos starts with each of its configurations, what docs/deploy has runs, as far as it does without a
 * cluster, a trace leads from a request to the PDP, the text above each file has its name, the links of each built page
 * and of each README lead somewhere, the search finds what readers type, every export of every package has its page,
 * every option of the CLI and every code of an error is in a table, and the support policy is what the packages declare.
 * Writes the counts to `test-results/samples.json`; ends with 1 when one failed, and when there was none.
 */
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startLocalKinde } from "@kinde-cerbos/local-kinde";
import { repository } from "../../.ci/public-packages.ts";
import { type Block, blocksOf } from "./blocks.ts";
import { checkApi } from "./check-api.ts";
import { checkCodes } from "./check-codes.ts";
import { checkConfigs } from "./check-configs.ts";
import { checkDeployment } from "./check-deployment.ts";
import { checkFences } from "./check-fences.ts";
import { checkFileNames } from "./check-file-names.ts";
import { checkLinks } from "./check-links.ts";
import { checkMarkdownLinks } from "./check-markdown-links.ts";
import { checkOptions } from "./check-options.ts";
import { checkPolicies } from "./check-policies.ts";
import { checkSearch } from "./check-search.ts";
import { checkTestPaths } from "./check-test-paths.ts";
import { checkTracing } from "./check-tracing.ts";
import { checkTypeScript } from "./check-typescript.ts";
import { checkVersions } from "./check-versions.ts";

const files = globSync(["*.md", "docs/{*,{tutorial,guides,concepts,reference,parts}/*}.md", "{apps,packages}/*/*.md"], {
  cwd: repository,
}).toSorted();
const texts = new Map(files.map((file) => [file, readFileSync(join(repository, file), "utf8")]));
const blocks = [...texts].flatMap(([file, text]) => blocksOf(file, text));

/** The pages of the tutorial build one app. */
const TUTORIAL = "docs/tutorial";
const setOf = ({ file }: Block): string => (dirname(file) === TUTORIAL ? TUTORIAL : file);

const temporary = mkdtempSync(join(tmpdir(), "samples-"));
/** The problems of each sample. */
const samples: string[][] = [];
try {
  const code = blocks.filter(({ language }) => /^[jt]sx?$/.test(language));
  const policies = blocks.filter(({ title }) => title?.includes("policies/"));
  const ofTutorial = policies.filter((block) => setOf(block) === TUTORIAL);
  samples.push(...checkTypeScript(code, ofTutorial, join(temporary, "typescript")));

  for (const block of blocks.filter(({ language }) => language === "json")) samples.push(await checkJson(block));

  for (const [page, ofPage] of Map.groupBy(policies, setOf)) {
    samples.push(checkPolicies(ofPage, join(temporary, page)));
  }

  const yaml = blocks.filter(({ language, title }) => language === "yaml" && !title?.includes("kubernetes/"));
  samples.push(...(await checkConfigs(yaml, join(temporary, "configs"))));

  const deployed = blocks.filter(({ file }) => file === "docs/guides/deployment.md");
  samples.push(...(await checkDeployment(deployed, join(temporary, "deployment"))));

  const traced = blocks.filter(({ file }) => file === "docs/guides/observability.md");
  samples.push(await checkTracing(traced, join(temporary, "tracing")));
} finally {
  rmSync(temporary, { recursive: true });
}
samples.push(checkFences(blocks), ...[...texts].flatMap(([file, text]) => checkFileNames(file, text)));
const site = join(repository, "docs/.vitepress/dist");
samples.push(...checkLinks(site), ...(await checkSearch(site)), ...checkApi(site), ...checkVersions());
samples.push(checkTestPaths(), ...checkCodes(), ...checkMarkdownLinks(texts), ...(await checkOptions()));

const failed = samples.filter((problems) => problems.length > 0);
const counts = { passed: samples.length - failed.length, failed: failed.length, skipped: 0 };
const results = join(repository, "docs/test-results");
mkdirSync(results, { recursive: true });
writeFileSync(join(results, "samples.json"), `${JSON.stringify(counts)}\n`);

for (const problem of failed.flat()) console.error(problem);
console.log(`Samples of the documentation: ${counts.passed} passed, ${counts.failed} failed.`);
if (samples.length === 0) console.error("No sample was found.");
if (samples.length === 0 || failed.length > 0) process.exitCode = 1;

async function checkJson({ file, line, code }: Block): Promise<string[]> {
  try {
    const value = JSON.parse(code);
    if ("applications" in value) await (await startLocalKinde({ config: value })).close();
    return [];
  } catch (error) {
    return [`${file}:${line}: ${error instanceof Error ? error.message : String(error)}`];
  }
}
