import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback, useEffect } from "react";
import { detailsOf, plainText } from "../ui/error-text.ts";
import { Notice } from "../ui/notice.tsx";
import { useFailedDecision } from "./use-failed-decision.ts";

const ASK_AGAIN_MS = 3000;

/** Says why decisions are missing or old, and asks again until they are there. */
export function PdpNotice(): ReactNode {
  const queryClient = useQueryClient();
  const error = useFailedDecision();
  const hasFailed = error !== null;
  const askAgain = useCallback(() => {
    void queryClient.refetchQueries({
      queryKey: ["kinde-cerbos"],
      type: "active",
      predicate: ({ state }) => state.status === "error",
    });
  }, [queryClient]);

  useEffect(() => {
    if (!hasFailed) return;
    const timer = setInterval(askAgain, ASK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [hasFailed, askAgain]);

  if (!error) return null;
  return (
    <Notice
      title="Permissions are not up to date"
      action={{ label: "Try again", run: askAgain }}
      details={detailsOf(error)}
    >
      {plainText(error)} Nothing new is allowed until a check succeeds.
    </Notice>
  );
}
