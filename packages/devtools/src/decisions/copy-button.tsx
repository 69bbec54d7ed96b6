import { type ReactNode, useState } from "react";

interface CopyButtonProps {
  /** The name of the text, for the button's label. */
  readonly name: string;
  readonly text: string;
  /** Called if the browser blocks copying. Returns the message to show. */
  readonly onRefused?: () => string;
}

/** A button that copies a text. */
export function CopyButton({ name, text, onRefused }: CopyButtonProps): ReactNode {
  const [message, setMessage] = useState("");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setMessage("Copied.");
    } catch {
      setMessage(onRefused?.() ?? "The browser blocked copying.");
    }
  };
  return (
    <>
      <button aria-label={`Copy ${name}`} onClick={() => void copy()}>
        Copy
      </button>{" "}
      <output>{message}</output>
    </>
  );
}
