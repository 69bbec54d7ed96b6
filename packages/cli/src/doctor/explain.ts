import { posix } from "node:path";
import { UsageError } from "../usage-error.ts";
import { FINDING_IDS } from "./titles.ts";

/** A heading of the page, and its position. */
interface Heading {
  readonly slug: string;
  /** How many `#` it has. */
  readonly level: number;
  readonly start: number;
}

/**
 * Returns the section of `docs/guides/doctor.md` about a finding, or under another heading, as text for a terminal.
 *
 * @param page the page, in Markdown
 * @param topic the name of a finding, or a heading as in links: `signing-in`
 * @throws UsageError if the page has no such section
 */
export function explain(page: string, topic: string): string {
  const headings = headingsOf(page);
  const index = headings.findIndex(({ slug }) => slug === topic);
  const heading = headings[index];
  if (heading === undefined) throw new UsageError(`--explain takes the name of a finding: ${FINDING_IDS.join(", ")}.`);
  const next = headings.slice(index + 1).find(({ level }) => level <= heading.level);
  const section = page.slice(heading.start, next?.start);
  return `${readable(section, headings).trim()}\n`;
}

function headingsOf(page: string): Heading[] {
  // Code samples are skipped: a comment in a shell script looks like a heading.
  const text = page.replaceAll(/^```[^]*?^```/gm, (sample) => sample.replaceAll("#", " "));
  return [...text.matchAll(/^(#{1,3}) (.+)$/gm)].map(({ 1: marks = "", 2: title = "", index }) => ({
    slug: title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-"),
    level: marks.length,
    start: index,
  }));
}

/** Converts links to text. A link to another page names the page, which is not part of the package. */
function readable(section: string, headings: readonly Heading[]): string {
  return section.replaceAll(/\[([^\]]+)\]\(([^)]+)\)/g, (_, text: string, link: string) => {
    const anchor = link.startsWith("#") ? link.slice(1) : undefined;
    if (anchor === text) return text;
    if (anchor !== undefined && headings.some(({ slug }) => slug === anchor)) return `${text} (--explain ${anchor})`;
    // Links are relative to docs/guides/doctor.md.
    const page = /^\.{1,2}\/[\w./-]+\.md/.exec(link)?.[0];
    return page === undefined ? `${text} (${link})` : `${text} (${posix.join("docs/guides", page)} of kinde-cerbos)`;
  });
}
