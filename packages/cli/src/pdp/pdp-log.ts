import { fieldsOf, redact } from "@kinde-cerbos/core/internal";

/**
 * Returns the message of a line of Cerbos' log that helps to edit policies: a warning or an error, or a line that is
 * not JSON, such as the end of a crash. `undefined` for all other lines. The message never contains a token.
 */
export function pdpLogMessage(line: string): string | undefined {
  const { "log.level": level, "log.logger": logger, message, file, error } = fieldsOf(parse(line));
  // kinde-cerbos writes the configuration, so the developer cannot change it.
  if (level === undefined) return line.startsWith("[DEPRECATED CONFIG]") ? undefined : redact(line);
  // This logger warns about traces, which are not configured.
  if ((level !== "warn" && level !== "error") || logger === "cerbos.otel") return undefined;
  return redact([message, file, error].filter((part) => typeof part === "string").join(": "));
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
