import { type ReactNode, useRef, useState } from "react";

interface CopyTextProps {
  /** What it is, for its label. */
  readonly name: string;
  readonly text: string;
}

/** A text with a button that copies it. If the browser refuses that, the text is selected for the keyboard. */
export function CopyText({ name, text }: CopyTextProps): ReactNode {
  const area = useRef<HTMLTextAreaElement>(null);
  const [said, setSaid] = useState("");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid("Copied.");
    } catch {
      area.current?.select();
      setSaid("The browser does not allow it. The text is selected: press Ctrl+C, or ⌘C on a Mac.");
    }
  };
  return (
    <div className="copy">
      <div className="copy-line">
        <code>{name}</code>
        <button aria-label={`Copy ${name}`} onClick={() => void copy()}>
          Copy
        </button>
        <output>{said}</output>
      </div>
      <textarea
        ref={area}
        aria-label={name}
        value={text}
        readOnly
        spellCheck={false}
        rows={Math.min(14, text.split("\n").length)}
      />
    </div>
  );
}
