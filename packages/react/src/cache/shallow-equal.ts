/** Whether two objects have the same properties, each the same value. */
export function isShallowEqual(one: object | null, other: object | null): boolean {
  if (one === null || other === null) return one === other;
  const entries = Object.entries(one);
  const others: Record<string, unknown> = { ...other };
  return (
    entries.length === Object.keys(other).length &&
    entries.every(([name, value]) => Object.is(value, others[name]) && name in others)
  );
}
