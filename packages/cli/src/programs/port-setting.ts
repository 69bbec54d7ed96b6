import { isPortFree } from "./ports.ts";
import { ProgramError } from "./program-error.ts";

/** A port that somebody may choose. */
export interface PortSetting {
  /** The option or the variable that sets it. */
  readonly setting: string;
  /** What listens there, for messages. */
  readonly program: string;
  readonly port: number;
}

/** The port that a text is, or `undefined` if it is none. */
export function parsePort(text: string): number | undefined {
  const port = Number(text);
  return /^\d+$/.test(text) && port >= 1 && port <= 65_535 ? port : undefined;
}

/** What to say of the first two settings that are the same port; `undefined` if each has its own. */
export function samePortMessage(settings: readonly PortSetting[]): string | undefined {
  const seen = new Map<number, string>();
  for (const { port, setting } of settings) {
    const other = seen.get(port);
    if (other !== undefined) return `${other} and ${setting} are both ${port}. Give each its own port.`;
    seen.set(port, setting);
  }
  return undefined;
}

/**
 * Checks that nothing listens on these ports of the loopback addresses.
 *
 * @throws ProgramError with a line for each port that is taken, and the setting that changes it
 */
export async function refuseTakenPorts(settings: readonly PortSetting[]): Promise<void> {
  const free = await Promise.all(settings.map(({ port }) => isPortFree(port)));
  const taken = settings.filter((_, index) => !free[index]);
  if (taken.length > 0) throw new ProgramError(takenPortsMessage(taken));
}

/** One line for each port that is in use, with the setting that changes it. */
export function takenPortsMessage(taken: readonly PortSetting[]): string {
  const lines = taken.map(
    ({ port, program, setting }) =>
      `Port ${port}, for the ${program}, is taken. Stop what uses it, or set ${setting} to another port.`,
  );
  return lines.join("\n");
}
