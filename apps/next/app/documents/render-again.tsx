"use client";

import { usePermissionsSession } from "@kinde-cerbos/next/client";
import { useRouter } from "next/navigation";
import { useEffect } from "react";

/** Has the server render the page again, once it can use the session that it could not use for this rendering. */
export function RenderAgain() {
  const { status } = usePermissionsSession();
  const router = useRouter();
  useEffect(() => {
    if (status === "authenticated") router.refresh();
  }, [status, router]);
  return null;
}
