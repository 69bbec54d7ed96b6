const found: string[] = [];

/** Records a check by a component that no policy test has. */
export function noteDrift(text: string): void {
  found.push(text);
}

/** Throws an error that lists the recorded checks, if there are any, and clears them. Call it at the end of a test. */
export function failOnDrift(): void {
  const drift = found.splice(0);
  if (drift.length > 0) throw new Error([...new Set(drift)].join("\n"));
}
