/** An edited env file. */
export interface EnvEdit {
  readonly text: string;
  /** Variables that have another value and are kept. */
  readonly kept: readonly string[];
}

/**
 * Adds the variables of a template that an env file does not have, at its end.
 *
 * @param overwrite whether to replace other values instead of keeping them
 */
export function editEnvFile(text: string, template: string, overwrite: boolean): EnvEdit {
  const kept: string[] = [];
  const missing: string[] = [];
  let edited = text;
  for (const line of template.split("\n")) {
    const [, name] = /^(\w+)=/.exec(line) ?? [];
    if (name === undefined) continue;
    const present = lineOf(name);
    const [found] = present.exec(edited) ?? [];
    if (found === undefined) missing.push(line);
    else if (found.trimEnd() !== line && overwrite) edited = edited.replace(present, () => line);
    else if (found.trimEnd() !== line) kept.push(name);
  }
  if (missing.length === 0) return { text: edited, kept };
  const gap = edited === "" || edited.endsWith("\n") ? "" : "\n";
  return { text: `${edited}${gap}${missing.join("\n")}\n`, kept };
}

/** Returns which of these variables an env file sets. */
export function variablesIn(text: string, names: readonly string[]): string[] {
  return names.filter((name) => lineOf(name).test(text));
}

/** Returns an env file without the lines that set these variables. */
export function withoutVariables(text: string, names: readonly string[]): string {
  const lines = text.split("\n");
  return lines.filter((line) => variablesIn(line, names).length === 0).join("\n");
}

function lineOf(name: string): RegExp {
  return new RegExp(`^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=.*$`, "m");
}
