import { type ReactNode, useEffect, useRef, useState } from "react";

interface ToolbarProps {
  readonly path: string;
  readonly isDirty: boolean;
  /** How many problems Cerbos has found in the current text. */
  readonly problems: number;
  /** How many files differ from those of the repository. */
  readonly changed: number;
  readonly busy: "save" | "tests" | "reset" | null;
  /** Whether the text was saved just now. */
  readonly isApplied: boolean;
  readonly onSave: () => void;
  readonly onTests: () => void;
  readonly onReset: () => void;
}

/** The state of the file, and its actions. */
export function Toolbar(props: ToolbarProps): ReactNode {
  const { path, isDirty, problems, changed, busy, onSave, onTests } = props;
  return (
    <div className="toolbar">
      <h2>{path}</h2>
      <output className={problems > 0 ? "state bad" : "state"}>{stateText(props)}</output>
      <div className="tools">
        {changed > 0 && <Reset {...props} />}
        <button type="button" onClick={onTests} disabled={busy !== null}>
          {busy === "tests" ? "Running tests…" : "Run tests"}
        </button>
        <button
          type="button"
          className="primary"
          onClick={onSave}
          disabled={!isDirty || busy !== null}
          aria-keyshortcuts="Control+S Meta+S"
        >
          {busy === "save" ? "Saving…" : "Save and apply"}
        </button>
      </div>
    </div>
  );
}

function stateText({ problems, isDirty, busy, isApplied }: ToolbarProps): string {
  if (busy === "save") return "Cerbos is checking and loading it…";
  if (problems > 0) return problems === 1 ? "One problem, not applied" : `${problems} problems, not applied`;
  if (isDirty) return "Not saved yet";
  return isApplied ? "Applied: Cerbos uses it now" : "In use";
}

/** Asks once more: what was changed is gone then. */
function Reset({ changed, busy, onReset }: ToolbarProps): ReactNode {
  const [isAsking, setIsAsking] = useState(false);
  const wasAsking = useRef(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // The other button is gone, and the focus with it.
    if (isAsking || wasAsking.current) button.current?.focus();
    wasAsking.current = isAsking;
  }, [isAsking]);
  if (!isAsking) {
    return (
      <button ref={button} type="button" className="quiet" onClick={() => setIsAsking(true)} disabled={busy !== null}>
        {busy === "reset" ? "Resetting…" : "Reset"}
      </button>
    );
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the button in it does the same
    <span className="asking" onKeyDown={({ key }) => key === "Escape" && setIsAsking(false)}>
      {changed === 1 ? "Discard your changes to one file?" : `Discard your changes to ${changed} files?`}
      <button
        type="button"
        onClick={() => {
          setIsAsking(false);
          onReset();
        }}
      >
        Discard
      </button>
      <button ref={button} type="button" className="quiet" onClick={() => setIsAsking(false)}>
        Keep
      </button>
    </span>
  );
}
