import { Fragment, type ReactNode } from "react";

/** A text with code between backticks. */
export function Sentence({ text }: { readonly text: string }): ReactNode {
  return text
    .split("`")
    .map((part, at) => (at % 2 === 1 ? <code key={part}>{part}</code> : <Fragment key={part}>{part}</Fragment>));
}
