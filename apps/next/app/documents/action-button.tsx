"use client";

import { type ReactNode, useActionState } from "react";

interface ActionButtonProps {
  readonly action: (problem: string | null, form: FormData) => Promise<string | null>;
  /** The id of the document. */
  readonly id: string;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

/** A button for a server action, and the reason if the server refused it. */
export function ActionButton({ action, id, disabled = false, children }: ActionButtonProps) {
  const [problem, submit, isPending] = useActionState(action, null);
  return (
    <form action={submit}>
      <input type="hidden" name="id" value={id} />
      <button disabled={disabled || isPending}>{children}</button>
      {problem && <p role="alert">{problem}</p>}
    </form>
  );
}
