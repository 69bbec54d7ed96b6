import { type ReactNode, useState } from "react";

interface CopyButtonProps {
  /** What it is, for the button's label. */
  readonly name: string;
  readonly text: string;
  /** Called if the browser does not allow it. Returns what to say then. */
  readonly onRefused?: () => string;
}

/** Copies a text that is shown beside it. */
export function CopyButton({ name, text, onRefused }: CopyButtonProps): ReactNode {
  const [said, setSaid] = useState("");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid("Copied.");
    } catch {
      setSaid(onRefused?.() ?? "The browser does not allow it.");
    }
  };
  return (
    <>
      <button aria-label={`Copy ${name}`} onClick={() => void copy()}>
        Copy
      </button>{" "}
      <output>{said}</output>
    </>
  );
}
