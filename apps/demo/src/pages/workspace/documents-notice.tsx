import { type UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { detailsOf } from "../../ui/error-text.ts";
import { Notice } from "../../ui/notice.tsx";

/** Says why there are no documents, or old ones. It stays while they are asked for again. */
export function DocumentsNotice({
  query: { error, isPending, refetch },
}: {
  readonly query: UseQueryResult;
}): ReactNode {
  const [shown, setShown] = useState<Error | null>(null);
  if (shown !== error && !isPending) setShown(error);
  if (!shown) return null;
  return (
    <Notice
      title="The documents cannot be listed"
      action={{ label: "Try again", run: () => void refetch() }}
      details={detailsOf(shown)}
    >
      The documents API did not return them. The page retries every few seconds.
    </Notice>
  );
}
