import { type ReactNode } from "react";

/** Longer values are folded. */
const MAX_LENGTH = 80;

/** A JSON value as text. A long one is folded, with the number of its entries. */
export function JsonValue({ value }: { readonly value: unknown }): ReactNode {
  if (value === undefined) return <span className="muted">none</span>;
  const pretty = JSON.stringify(value, null, 2);
  // With spaces, so that a line can end there.
  const text = pretty.replaceAll(/\n */g, " ");
  if (text.length <= MAX_LENGTH || typeof value !== "object" || value === null) return <code>{text}</code>;
  const count = Object.keys(value).length;
  return (
    <details>
      <summary>
        {count} {Array.isArray(value) ? "items" : "entries"}
      </summary>
      <pre>{pretty}</pre>
    </details>
  );
}
