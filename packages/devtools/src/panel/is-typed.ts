/** Whether a key is typed into a form field, also one in a shadow root. */
export function isTyped(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  if (event.key === "Escape" || !(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches("input, select, textarea");
}
