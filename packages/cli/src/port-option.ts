import { parsePort, type PortSetting } from "./programs/port-setting.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Reads an option that takes a port.
 *
 * @param program the program that listens on the port, for messages
 * @throws UsageError if the value is not a port
 */
export function readPort(option: string, text: string, program: string): PortSetting {
  const port = parsePort(text);
  if (port === undefined) throw new UsageError(`${option} takes a number from 1 to 65535.`);
  return { setting: option, program, port };
}
