const found: string[] = [];

/** Notes down what a component has checked and no policy test says. */
export function noteDrift(text: string): void {
  found.push(text);
}

/** Forgets what was noted down, and throws if there was any. For the end of a test. */
export function failOnDrift(): void {
  const drift = found.splice(0);
  if (drift.length > 0) throw new Error([...new Set(drift)].join("\n"));
}
