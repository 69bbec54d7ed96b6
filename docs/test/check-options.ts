import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { repository } from "../../.ci/public-packages.ts";

/** What this needs of a command of the CLI, which is commander's. */
interface Command {
  name(): string;
  readonly options: readonly {
    /** `--port <PORT>`, or `-y, --yes`. */
    readonly flags: string;
    readonly description: string;
    readonly defaultValue?: string;
  }[];
}

/** The problems of each command of the CLI: options or defaults that its guide has in no table, or that do not exist. */
export async function checkOptions(): Promise<string[][]> {
  const files = globSync("packages/cli/src/*/command.ts", { cwd: repository }).toSorted();
  if (files.length === 0) return [["The CLI has no command."]];
  return Promise.all(files.map(async (file) => problemsOf(await commandIn(join(repository, file)))));
}

async function commandIn(path: string): Promise<Command> {
  const [define] = Object.values(await import(pathToFileURL(path).href));
  if (typeof define !== "function") throw new Error(`${path} exports no command.`);
  // A command takes its access to the terminal when it runs.
  return define().command;
}

function problemsOf(command: Command): string[] {
  const page = `docs/guides/${command.name()}.md`;
  const documented = defaultsIn(readFileSync(join(repository, page), "utf8"));
  const problems: string[] = [];
  for (const { flags, description, defaultValue } of command.options) {
    const option = flags.replace(/^-\w, /, "");
    const shown = documented.get(option);
    documented.delete(option);
    // A default of several words is said in other words there.
    const byDefault = defaultValue ?? /\(default: (\S+)\)/.exec(description)?.[1];
    if (shown === undefined) problems.push(`${page}: no table of options has ${option}`);
    else if (byDefault !== undefined && shown !== byDefault) {
      problems.push(`${page}: the default of ${option} is ${byDefault}, not "${shown}"`);
    }
  }
  return [...problems, ...[...documented.keys()].map((option) => `${page}: the command has no option ${option}`)];
}

/** The options in a page's tables of options, each with its default there. */
function defaultsIn(page: string): Map<string, string> {
  const tables = page.matchAll(/^\| option \| what it (?:is|does) \| default \|\n((?:\|.*\n)+)/gm);
  const rows = [...tables].flatMap(([, table = ""]) => table.split("\n"));
  return new Map(
    rows.flatMap((row) => {
      const [, options = "", , byDefault = ""] = row.split(/(?<!\\)\|/);
      const names = [...options.matchAll(/`(--[a-z][^`]*)`/g)].map(([, name = ""]) => name);
      return names.map((name) => [name, byDefault.replaceAll("`", "").trim()] as const);
    }),
  );
}
