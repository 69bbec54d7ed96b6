import { DEFAULT_OUT } from "../defaults.ts";
import { type InitSettings } from "./options.ts";
import { runCommand } from "./package-manager.ts";
import { type Plan } from "./plan.ts";

/** Returns a line for each file, and what to add by hand. */
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
    ...(hasKept
      ? ["", "Kept entries differ from what init would write. To replace them, run init with --overwrite."]
      : []),
    ...manual.flatMap((step) => ["", step]),
  ];
}

/** Returns lines on what to do next. */
export function nextLines({ packageManager, port, policies }: InitSettings, isInstalled: boolean): string[] {
  return [
    "Next:",
    ...(isInstalled ? [] : [`  ${packageManager} install`]),
    `  ${runCommand(packageManager, "dev:authz")}`,
    `  Open http://localhost:${port} and sign in as one of the people in kinde.json. There are no passwords.`,
    `  Your policies are in ${policies}. To use your own Kinde domain, see .env.example.`,
  ];
}
