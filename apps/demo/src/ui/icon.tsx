import { type ReactNode } from "react";

/** A drawing of lines, 16 × 16, in the color of the text. It says nothing by itself: a text stands beside it. */
export function Icon({ path }: { readonly path: string }): ReactNode {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
