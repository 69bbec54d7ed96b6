import { stat } from "node:fs/promises";
import { type Io } from "../io.ts";
import { prefixed } from "../prefixed.ts";
import { ProgramError } from "../programs/program-error.ts";
import { cerbosCompile } from "../typegen/cerbos-compile.ts";
import { typegen } from "../typegen/typegen.ts";
import { type DevSettings } from "./settings.ts";

/**
 * Compiles the policies, and writes their types if `out` is set. Returns false if a policy is wrong; the problem has
 * been printed.
 *
 * @throws ProgramError, UsageError
 */
export async function checkPolicies(settings: DevSettings, io: Io): Promise<boolean> {
  const { policies, policyFolder, out } = settings;
  if (!(await stat(policyFolder).catch(() => undefined))?.isDirectory()) {
    throw new ProgramError(`There is no folder ${policies}. Set --policies to the folder of your Cerbos policies.`);
  }
  if (out !== undefined) return (await writeTypes(settings, out, io)) === 0;
  const compiled = await cerbosCompile(policyFolder, io);
  if (compiled) throw new ProgramError(`The policies in ${policies} do not compile.\n${compiled}`);
  return true;
}

/** A watcher that writes the types again after each change. */
interface PolicyWatch extends AsyncDisposable {
  /** Rejects if it cannot continue. Never resolves. */
  readonly failure: Promise<never>;
}

/** Writes the types again after each change, if `out` is set. */
export function watchPolicies(settings: DevSettings, io: Io): PolicyWatch {
  const { out } = settings;
  let end: (() => void) | undefined;
  const ended = new Promise<string>((resolve) => {
    end = () => resolve("the command ends");
  });
  const watching = out === undefined ? ended : writeTypes(settings, out, { ...io, interrupted: () => ended }, true);
  return {
    failure: watching.then(() => new Promise<never>(() => undefined)),
    async [Symbol.asyncDispose]() {
      end?.();
      await watching.catch(() => undefined);
    },
  };
}

function writeTypes({ policies, config }: DevSettings, out: string, io: Io, watch = false): Promise<number> {
  const output = prefixed(io.stdout, "types");
  return typegen({ policies, out, kinde: config, watch }, { ...io, stdout: output, stderr: output });
}
