import { type UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { DocumentsError } from "./documents-api.ts";
import { Notice } from "./notice.tsx";

/** Says why there are no documents, or old ones. It stays while they are asked for again. */
export function DocumentsNotice({
  query: { error, isPending, refetch },
}: {
  readonly query: UseQueryResult;
}): ReactNode {
  const [shown, setShown] = useState<Error | null>(null);
  if (shown !== error && !isPending) setShown(error);
  if (!shown) return null;
  const status = shown instanceof DocumentsError ? shown.status : null;
  return (
    <Notice title="The documents cannot be listed" action={{ label: "Try again", run: () => void refetch() }}>
      {shown.message} {status !== null && <code>{status}</code>}
    </Notice>
  );
}
