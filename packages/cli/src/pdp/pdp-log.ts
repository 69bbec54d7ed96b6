import { fieldsOf, redact } from "@kinde-cerbos/core/internal";

/**
 * What a line of Cerbos' log says to whoever edits policies: its warnings and errors, and what is no JSON, such as the
 * end of a crash. `undefined` for everything else. No token is in it.
 */
export function pdpNews(line: string): string | undefined {
  const { "log.level": level, "log.logger": logger, message, file, error } = fieldsOf(parse(line));
  // The configuration is ours.
  if (level === undefined) return line.startsWith("[DEPRECATED CONFIG]") ? undefined : redact(line);
  // It warns of traces that nobody has asked for.
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
