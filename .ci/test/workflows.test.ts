import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readManifest } from "../public-packages.ts";
import { filesIn, pathOf, read } from "./repository.ts";

const root = readManifest(pathOf("package.json"));
const turbo: { tasks: Record<string, unknown> } = JSON.parse(read("turbo.json"));

interface Step {
  uses?: string;
  with?: Record<string, unknown>;
  run?: string;
}
interface Job {
  permissions?: Record<string, string>;
  "timeout-minutes"?: number;
  steps: Step[];
}
interface Workflow {
  permissions?: unknown;
  concurrency?: unknown;
  jobs: Record<string, Job>;
}

describe.each(filesIn(".github/workflows"))("%s", (path) => {
  const text = read(path);
  const workflow: Workflow = parse(text);
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, job]) => job.steps);

  test("gives no job a permission that it does not ask for itself, and each a limit of time", () => {
    expect(workflow.permissions).toEqual({});
    expect(workflow.concurrency).toBeDefined();
    expect(jobs.filter(([, job]) => job["timeout-minutes"] === undefined).map(([name]) => name)).toEqual([]);
  });

  test("names each action by a commit, and its version in a comment", () => {
    const uses = text.split("\n").filter((line) => /^\s*(- )?uses:/.test(line));
    expect(uses.filter((line) => !/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  test("leaves no credentials behind after a checkout", () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.filter((step) => step.with?.["persist-credentials"] !== false)).toEqual([]);
  });

  test("does not put expressions into its commands", () => {
    expect(steps.filter(({ run }) => run?.includes("${{"))).toEqual([]);
  });

  test("installs what the tests cannot install by themselves, because a runner of GitHub is not root", () => {
    const tested = jobs.filter(([, job]) => job.steps.some(({ run }) => run === "bash .ci/run"));
    const without = tested.filter(([, job]) => !job.steps.some(({ run }) => run?.includes("redis-server nginx-light")));
    expect(without.map(([name]) => name)).toEqual([]);
  });

  test("calls scripts that exist, with the pnpm of package.json", () => {
    expect(steps.flatMap(({ run = "" }) => run.split("\n")).flatMap(problemsOf)).toEqual([]);
  });
});

/** Problems of a line of a `run:`: a script or a file that does not exist, or another pnpm. */
function problemsOf(line: string): string[] {
  const problems: string[] = [];
  const file = /^bash (\S+)$/.exec(line)?.[1];
  if (file !== undefined && !existsSync(pathOf(file))) problems.push(`${line}: there is no ${file}`);
  const [, pnpm, script = ""] = /npx -y (pnpm@\S+) (?:run )?(\S+)/.exec(line) ?? [];
  if (pnpm === undefined) return problems;
  if (pnpm !== root.packageManager) problems.push(`${line}: package.json says ${root.packageManager}`);
  const tool = script.startsWith("-") || ["exec", "install"].includes(script);
  if (!tool && !(script in (root.scripts ?? {}))) problems.push(`${line}: package.json has no script ${script}`);
  const tasks = /turbo run (.+?)(?: --|$)/.exec(line)?.[1]?.split(" ") ?? [];
  for (const task of tasks) if (!(task in turbo.tasks)) problems.push(`${line}: turbo.json has no task ${task}`);
  return problems;
}
