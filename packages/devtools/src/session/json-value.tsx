import { type ReactNode } from "react";

/** Longer values are collapsed. */
const MAX_LENGTH = 80;

/** A JSON value as text. A long value is collapsed and shows the number of its entries. */
export function JsonValue({ value }: { readonly value: unknown }): ReactNode {
  if (value === undefined) return <span className="muted">none</span>;
  const pretty = JSON.stringify(value, null, 2);
  // With spaces, so that lines can wrap.
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
