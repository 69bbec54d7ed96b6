import { confirm, isCancel, select, text } from "@clack/prompts";
import { type Terminal } from "../io.ts";
import { readPort } from "../port-option.ts";
import { UsageError } from "../usage-error.ts";
import { type InitSettings, readFolder } from "./options.ts";
import { PACKAGE_MANAGERS } from "./package-manager.ts";

/** The error for a question that was stopped with Ctrl-C. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
}

/** The settings to ask for, with the options that answer the questions. */
export const QUESTIONS = {
  policies: "--policies",
  port: "--port",
  packageManager: "--package-manager",
  edit: "--edit or --no-edit",
  install: "--install or --no-install",
} as const satisfies Partial<Record<keyof InitSettings, string>>;

/** Asks for the settings that are missing in `given`. @throws Cancelled at Ctrl-C */
export async function askSettings(
  given: Partial<InitSettings>,
  defaults: InitSettings,
  terminal: Terminal,
): Promise<InitSettings> {
  const settings = { ...defaults };
  if (given.policies === undefined) {
    const initialValue = defaults.policies;
    const message = "Which folder for your Cerbos policies?";
    settings.policies = readFolder(
      await answer(text({ ...terminal, message, initialValue, validate: validatorOf(readFolder) })),
    );
  }
  if (given.port === undefined) {
    const initialValue = `${defaults.port}`;
    const message = "Which port does your development server use?";
    settings.port = portOf(await answer(text({ ...terminal, message, initialValue, validate: validatorOf(portOf) })));
  }
  if (given.packageManager === undefined) {
    const options = PACKAGE_MANAGERS.map((value) => ({ value }));
    const message = "Which package manager?";
    settings.packageManager = await answer(
      select({ ...terminal, message, options, initialValue: defaults.packageManager }),
    );
  }
  if (given.edit === undefined) {
    settings.edit = await ask(terminal, "Edit vite.config and the file that renders your app?", true);
  }
  if (given.install === undefined) settings.install = await ask(terminal, "Install the packages?", true);
  return settings;
}

/** Asks a yes-or-no question. @throws Cancelled at Ctrl-C */
export async function ask(terminal: Terminal, message: string, initialValue: boolean): Promise<boolean> {
  return answer(confirm({ ...terminal, message, initialValue }));
}

async function answer<Value>(prompt: Promise<Value>): Promise<Exclude<Value, symbol>> {
  const value = await prompt;
  if (isAnswer(value)) return value;
  throw new Cancelled();
}

function isAnswer<Value>(value: Value): value is Exclude<Value, symbol> {
  return !isCancel(value);
}

function portOf(value: string): number {
  return readPort("--port", value, "app").port;
}

/** Returns a validator for an answer, with the message that the option has. */
function validatorOf(read: (value: string) => unknown): (value: string | undefined) => string | undefined {
  return (value = "") => {
    try {
      read(value);
      return undefined;
    } catch (error) {
      if (error instanceof UsageError) return error.message;
      throw error;
    }
  };
}
