import { type ReactNode, useState } from "react";

interface NoticeProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Details for developers, shown on request only. */
  readonly details?: string;
  /** Label and task of a button. Default: a button that closes the notice. */
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** Something the user should know about, read out by screen readers. */
export function Notice({ title, children, details, action }: NoticeProps): ReactNode {
  const [isClosed, setIsClosed] = useState(false);
  if (isClosed) return null;
  const { label, run } = action ?? { label: "Close", run: () => setIsClosed(true) };
  return (
    <div className="notice" role="alert">
      <div>
        <p>
          <strong>{title}.</strong> {children}
        </p>
        {details && (
          <details>
            <summary>For developers</summary>
            {details}
          </details>
        )}
      </div>
      <button type="button" onClick={run}>
        {label}
      </button>
    </div>
  );
}
