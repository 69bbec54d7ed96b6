import { DEFAULT_CONFIG, DEFAULT_OUT } from "../defaults.ts";
import { type Io } from "../io.ts";
import { typegen } from "../typegen/typegen.ts";
import { UsageError } from "../usage-error.ts";
import { requirePortOfScript, settingsOfApp } from "./app-settings.ts";
import { install, needsInstall } from "./install.ts";
import { type InitOptions, type InitSettings, readInitOptions, requirePorts, withDefaults } from "./options.ts";
import { findPackageManager } from "./package-manager.ts";
import { findPacked } from "./packed.ts";
import { makePlan, type Plan } from "./plan.ts";
import { type Project, readProject } from "./project.ts";
import { ask, askSettings, Cancelled, QUESTIONS } from "./questions.ts";
import { nextLines, planLines } from "./report.ts";
import { writePlan } from "./write-plan.ts";

/**
 * `kinde-cerbos init`: sets up the app in the working directory. Asks all questions before it writes anything.
 *
 * @returns the exit code: 0; 1 if a policy is wrong; 130 if it was stopped at a question
 * @throws UsageError, ProgramError
 */
export async function init(options: InitOptions, io: Io): Promise<number> {
  const given = readInitOptions(options);
  const project = readProject(io.cwd);
  const packed = options.packages === undefined ? undefined : findPacked(options.packages, io.cwd);
  const print = (lines: readonly string[]): void => void io.stdout.write(`${lines.join("\n")}\n`);
  const planFor = (settings: InitSettings): Plan => makePlan(project, settings, io, packed);
  try {
    const settings = await decide(options, given, project, io, planFor);
    requirePorts(settings);
    requirePortOfScript(project, settings);
    const plan = planFor(settings);
    print([...(options.dryRun ? ["Dry run. init would write:"] : []), ...planLines(plan)]);
    if (options.dryRun) return 0;
    if (io.terminal && !options.yes && !(await ask(io.terminal, "Write these files?", true))) throw new Cancelled();
    await writePlan(plan, io.cwd);
    const { policies, packageManager } = settings;
    if ((await typegen({ policies, kinde: DEFAULT_CONFIG, out: DEFAULT_OUT }, io)) !== 0) return 1;
    if (settings.install && needsInstall(plan, io.cwd)) await install(packageManager, io);
    print(["", ...nextLines(settings, settings.install)]);
    return 0;
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    io.stderr.write("Stopped. Nothing was written.\n");
    return 130;
  }
}

/** Returns the settings, from the options, the answers, or the defaults. */
async function decide(
  { yes, dryRun }: InitOptions,
  given: Partial<InitSettings>,
  project: Project,
  { terminal, env }: Io,
  planFor: (settings: InitSettings) => Plan,
): Promise<InitSettings> {
  const { folder, manifest } = project;
  const hints = { folder, field: manifest["packageManager"], userAgent: env["npm_config_user_agent"] };
  const defaults = withDefaults({ ...settingsOfApp(project), ...given }, findPackageManager(hints));
  if (yes || dryRun) return defaults;
  const open = Object.entries(QUESTIONS).filter(([name]) => !(name in given));
  if (!terminal) {
    if (open.length === 0) return defaults;
    const flags = open.map(([, flag]) => flag).join(", ");
    throw new UsageError(`There is no terminal to ask questions in. Pass --yes to use the defaults, or pass ${flags}.`);
  }
  const settings = await askSettings(given, defaults, terminal);
  const { files, kept } = planFor(settings);
  const names = [...files.filter(({ state }) => state === "kept").map(({ path }) => path), ...kept].join(", ");
  if (names === "" || given.overwrite !== undefined) return settings;
  return { ...settings, overwrite: await ask(terminal, `Replace your versions of these? ${names}`, false) };
}
