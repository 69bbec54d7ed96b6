/** A person's name; the id of somebody whom the playground does not know. */
export function personName(id: string): string {
  return PEOPLE.find((person) => person.id === id)?.name ?? id;
}

/** A value of an attribute in words: a name in place of an id, if the playground knows it. */
export function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(" or ");
  if (typeof value !== "string") return JSON.stringify(value) ?? "missing";
  return ORGANIZATIONS.find(({ code }) => code === value)?.name ?? personName(value).replaceAll("_", " ");
}
