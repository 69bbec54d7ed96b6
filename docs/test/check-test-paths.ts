import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { repository } from "../../.ci/public-packages.ts";

const PAGE = "docs/concepts/security.md";
/** The page leaves these out. */
const [ROOTS, ENDS] = [
  ["", "packages/"],
  ["", ".test.ts", ".test.tsx"],
];

/** The problems of the page on security: tests that it names, and that do not exist. */
export function checkTestPaths(): string[] {
  const lines = readFileSync(join(repository, PAGE), "utf8").split("\n").map(testsIn);
  // A page that names its tests in another way would pass without a look at any of them.
  if (lines.flat().length < 30) return [`${PAGE}: it names fewer than 30 tests that this check can find`];
  return lines.flatMap((paths, index) =>
    paths
      .filter((path) => !ROOTS.some((root) => ENDS.some((end) => existsSync(join(repository, root + path + end)))))
      .map((path) => `${PAGE}:${index + 1}: there is no test ${path}`),
  );
}

/** The paths of tests in a line. A file without a folder is in that of the path before it. */
function testsIn(line: string): string[] {
  const paths: string[] = [];
  for (const [, text = ""] of line.matchAll(/`([\w./-]+)`/g)) {
    const folder = posix.dirname(paths.at(-1) ?? ".");
    if (/(?:^|\/)test(?:\/|$)/.test(text)) paths.push(text);
    else if (/[\w-]\.(?:test|spec)\.tsx?$/.test(text)) paths.push(posix.join(folder, text));
  }
  return paths;
}
