import { DEFAULT_OUT } from "../dev/defaults.ts";
import { type InitSettings } from "./options.ts";
import { runCommand } from "./package-manager.ts";
import { type Plan } from "./plan.ts";

/** What is done, or would be, a line for each file, and what is left to the developer. */
export function planLines({ files, hasTypes, kept, manual }: Plan): string[] {
  const states = ["new", "changed", "kept"] as const;
  const all = hasTypes ? files : [...files, { path: DEFAULT_OUT, state: "new" }];
  const lines = states.flatMap((state) =>
    all.filter((file) => file.state === state).map(({ path }) => `  ${state.padEnd(8)} ${path}`),
  );
  const hasKept = kept.length > 0 || files.some(({ state }) => state === "kept");
  return [
    ...(lines.length === 0 ? ["  Nothing to change."] : lines),
    ...kept.map((name) => `  kept     ${name}`),
    ...(hasKept ? ["", "What is kept differs from what init would write. --overwrite replaces it."] : []),
    ...manual.flatMap((step) => ["", step]),
  ];
}

/** What to do next. */
export function nextLines({ packageManager, port, policies }: InitSettings, isInstalled: boolean): string[] {
  return [
    "Next:",
    ...(isInstalled ? [] : [`  ${packageManager} install`]),
    `  ${runCommand(packageManager, "dev:authz")}`,
    `  Open http://localhost:${port} and sign in as one of the people in kinde.json. There is no password.`,
    `  Your policies are in ${policies}. To use your own Kinde, read .env.example.`,
  ];
}
