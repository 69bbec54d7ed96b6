/** Returns the path to `key` below `path`, as in JavaScript: `people[2].memberships`, `featureFlags["dark-mode"]`. */
export function pathTo(path: string, key: string | number): string {
  if (typeof key === "number" || /^\d+$/.test(key)) return `${path}[${key}]`;
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** Converts a JSON pointer, as Ajv reports it, to a path. */
export function pathOfPointer(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .reduce((path, part) => pathTo(path, part.replaceAll("~1", "/").replaceAll("~0", "~")), "");
}

/** Returns `; did you mean "admin"?` if a known word is similar to the given one, otherwise an empty string. */
export function suggestion(given: string, known: Iterable<string>): string {
  let best: string | undefined;
  let least = Math.max(2, Math.ceil(given.length / 3)) + 1;
  for (const word of known) {
    const distance = editDistance(given.toLowerCase(), word.toLowerCase());
    if (distance < least) {
      best = word;
      least = distance;
    }
  }
  return best === undefined ? "" : `; did you mean ${JSON.stringify(best)}?`;
}

/** Returns how many letters must be inserted, removed or replaced to make one word of the other (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
