import { existsSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { repository } from "../../.ci/public-packages.ts";
import { REPOSITORY_URL } from "../../apps/demo/src/repository.ts";

/**
 * The links of each Markdown file that lead nowhere on GitHub: to a file that the repository does not have, or to a
 * heading that the file does not have. Links within the site are not among them, because the built site has other
 * addresses and anchors.
 *
 * @param texts the files by path, relative to the repository
 */
export function checkMarkdownLinks(texts: ReadonlyMap<string, string>): string[][] {
  const links = [...texts].map(([file, text]) => ({ file, targets: targetsOf(file, withoutCode(text)) }));
  return links.map(({ file, targets }) => {
    // A README that writes its links in another way would pass, and none of them would be checked.
    if (file.endsWith("README.md") && targets.length === 0) return [`${file} has no link that can be checked.`];
    return targets.flatMap((target) => {
      const problem = problemOf(target);
      return problem === undefined ? [] : [`${file} links to ${target}: ${problem}.`];
    });
  });
}

/** What a file links to in the repository: the path, relative to it, with the anchor if there is one. */
function targetsOf(file: string, text: string): string[] {
  const all = [...text.matchAll(/\]\(([^)\s]+)|\b(?:href|src|srcset)="([^"\s]+)/g)].map(
    ([, link, attribute]) => link ?? attribute ?? "",
  );
  const onGitHub = all.flatMap((link) => {
    const [, path] = new RegExp(`^${REPOSITORY_URL}/(?:blob|tree)/main/(.+)`).exec(link) ?? [];
    return path ?? [];
  });
  const relative = file.startsWith("docs/") ? [] : all.filter((link) => !/^[a-z]+:/i.test(link));
  return [...new Set([...onGitHub, ...relative.map((link) => resolved(file, link))])];
}

function resolved(file: string, link: string): string {
  return link.startsWith("#") ? file + link : posix.join(posix.dirname(file), link);
}

function problemOf(target: string): string | undefined {
  const [path = "", anchor] = decodeURIComponent(target).split("#");
  const found = join(repository, path);
  if (!existsSync(found)) return "there is no such file";
  if (anchor === undefined) return undefined;
  // GitHub shows the README of a folder below its files.
  const page = statSync(found).isDirectory() ? join(found, "README.md") : found;
  if (page !== found && anchor === "readme") return existsSync(page) ? undefined : "the folder has no README";
  const isThere = existsSync(page) && anchorsOf(withoutCode(readFileSync(page, "utf8"))).has(anchor);
  return isThere ? undefined : "the file has no such heading";
}

/** The anchors of the headings, as GitHub makes them. A heading that is there again gets a number. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of text.matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "")
      .replaceAll(" ", "-");
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

const withoutCode = (text: string): string => text.replaceAll(/^( *)(`{3,}).*\n[^]*?^\1\2$/gm, "");
