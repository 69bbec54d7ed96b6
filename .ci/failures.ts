import { readFileSync } from "node:fs";
import { relative } from "node:path";

interface VitestReport {
  testResults?: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { fullName: string; status: string; failureMessages?: string[] }[];
  }[];
}

interface PlaywrightSuite {
  suites?: PlaywrightSuite[];
  specs?: { title: string; ok: boolean; file: string; line: number; tests: { results: { error?: Message }[] }[] }[];
}

interface Message {
  message?: string;
}

/**
 * The failed tests of a report of Vitest or Playwright, a line for each. The log has them in full, thousands of lines
 * before the totals. A report that has only counts, is missing or cannot be read names none.
 */
export function failuresIn(file: string): string[] {
  const report = read(file);
  return [...(report.testResults ?? []).flatMap(failuresOfFile), ...failuresOfSuite(report)];
}

function read(file: string): VitestReport & PlaywrightSuite {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}

function failuresOfFile({ name, status, message, assertionResults }: NonNullable<VitestReport["testResults"]>[number]) {
  const file = relative(process.cwd(), name);
  if (status === "failed" && assertionResults.length === 0) return [`${file} did not load: ${firstLine(message)}`];
  return assertionResults
    .filter((test) => test.status === "failed")
    .map((test) => `${file}: ${test.fullName}: ${firstLine(test.failureMessages?.[0])}`);
}

function failuresOfSuite({ suites = [], specs = [] }: PlaywrightSuite): string[] {
  const own = specs
    .filter((spec) => !spec.ok)
    .map(({ file, line, title, tests }) => {
      const error = tests.flatMap(({ results }) => results).find((result) => result.error)?.error;
      return `${file}:${line}: ${title}: ${firstLine(error?.message)}`;
    });
  return [...own, ...suites.flatMap(failuresOfSuite)];
}

function firstLine(text = "no message"): string {
  return text.split("\n", 1).join("").slice(0, 300);
}
