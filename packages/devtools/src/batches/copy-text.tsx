import { type ReactNode, useRef } from "react";
import { CopyButton } from "../decisions/copy-button.tsx";

interface CopyTextProps {
  /** The label of the text. */
  readonly name: string;
  readonly text: string;
}

/**
 * A text with a button that copies it. If the browser blocks copying, the text is selected, so that the user can press
 * a key.
 */
export function CopyText({ name, text }: CopyTextProps): ReactNode {
  const area = useRef<HTMLTextAreaElement>(null);
  const select = (): string => {
    area.current?.select();
    return "The browser blocked copying. The text is selected: press Ctrl+C, or ⌘C on a Mac.";
  };
  return (
    <div className="copy">
      <div className="copy-line">
        <code>{name}</code>
        <CopyButton name={name} text={text} onRefused={select} />
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
