import { useMutation } from "@tanstack/react-query";
import { type ReactNode } from "react";

/** The result of a request to the API. */
export interface Attempt {
  /** Method and path: `DELETE /api/documents/aurora-01`. */
  readonly request: string;
  readonly isDone: boolean;
  /** HTTP status; `null` if there was no readable answer. */
  readonly status: number | null;
  /** Why it was refused, in the API's words; empty if it was not. */
  readonly message: string;
}

/** Sends the request that no button offers, to show that the API refuses it. */
export function TryAnyway({ onTry }: { readonly onTry: () => Promise<Attempt> }): ReactNode {
  const { mutate, data: attempt, isPending } = useMutation({ mutationFn: onTry });
  return (
    <div className="why-try">
      <p className="hint">A hidden button protects nothing. The API decides again, with the same policies.</p>
      <button type="button" aria-disabled={isPending} onClick={() => isPending || mutate()}>
        Try it anyway
      </button>
      <output data-outcome={attempt && (attempt.isDone ? "done" : "refused")}>
        {attempt && (
          <>
            <code>{attempt.request}</code> <strong>{attempt.status ?? "no answer"}</strong>
            <br />
            {attempt.isDone ? "The API allowed it: something has changed in the meantime." : attempt.message}
          </>
        )}
      </output>
    </div>
  );
}
