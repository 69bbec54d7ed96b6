import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";

interface TitleEditorProps {
  readonly title: string;
  readonly onSave: (title: string) => void;
  readonly onCancel: () => void;
}

/** Another title for a document. Escape leaves it as it is. */
export function TitleEditor({ title, onSave, onCancel }: TitleEditorProps): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    input.current?.focus();
    input.current?.select();
    // Return the focus to the button that opened it, for keyboard users.
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const save = (event: FormEvent): void => {
    event.preventDefault();
    onSave(input.current?.value ?? "");
  };
  const cancelByKey = ({ key }: KeyboardEvent): void => {
    if (key === "Escape") onCancel();
  };
  return (
    <form className="title-editor" onSubmit={save}>
      <input ref={input} defaultValue={title} aria-label="Title" required maxLength={200} onKeyDown={cancelByKey} />
      <button type="submit">Save</button>
      <button type="button" onClick={onCancel}>
        Cancel
      </button>
    </form>
  );
}
