"use client";

import { usePermissionsSession } from "@kinde-cerbos/next/client";
import { useRouter } from "next/navigation";
import { useEffect } from "react";

/** Renders the page on the server again once the session that was unusable for this rendering can be used. */
export function RenderAgain() {
  const { status } = usePermissionsSession();
  const router = useRouter();
  useEffect(() => {
    if (status === "authenticated") router.refresh();
  }, [status, router]);
  return null;
}
