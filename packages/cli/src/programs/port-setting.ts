import { isPortFree } from "./ports.ts";
import { ProgramError } from "./program-error.ts";

/** A port, and the setting that changes it. */
export interface PortSetting {
  /** The option or environment variable that sets it. */
  readonly setting: string;
  /** The program that listens there, for messages. */
  readonly program: string;
  readonly port: number;
}

/** Parses a port, 1 to 65535. Returns `undefined` for anything else. */
export function parsePort(text: string): number | undefined {
  const port = Number(text);
  return /^\d+$/.test(text) && port >= 1 && port <= 65_535 ? port : undefined;
}

/** Returns a message about the first two settings with the same port; `undefined` if all differ. */
export function samePortMessage(settings: readonly PortSetting[]): string | undefined {
  const settingOf = new Map<number, string>();
  for (const { port, setting } of settings) {
    const other = settingOf.get(port);
    if (other !== undefined) return `${other} and ${setting} are both ${port}. Give each its own port.`;
    settingOf.set(port, setting);
  }
  return undefined;
}

/**
 * Checks that nothing listens on these ports of the loopback addresses.
 *
 * @param advice what else to change with a port
 * @throws ProgramError with a line for each taken port, which names the setting that changes it, and the advice
 */
export async function refuseTakenPorts(settings: readonly PortSetting[], advice?: string): Promise<void> {
  const free = await Promise.all(settings.map(({ port }) => isPortFree(port)));
  const taken = settings.filter((_, index) => !free[index]);
  if (taken.length === 0) return;
  throw new ProgramError([takenPortsMessage(taken), ...(advice === undefined ? [] : [advice])].join("\n"));
}

/** Returns a line for each taken port, with the setting that changes it. */
export function takenPortsMessage(taken: readonly PortSetting[]): string {
  const lines = taken.map(
    ({ port, program, setting }) =>
      `Port ${port}, for the ${program}, is taken. Stop the program that uses it, or set ${setting} to another port.`,
  );
  return lines.join("\n");
}
