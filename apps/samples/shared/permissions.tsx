import { PermissionsProvider } from "@kinde-cerbos/react/source";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { type Claims, createPageSession } from "./page-session.ts";

/** For all pages: sends checks to the gateway at `/authz`, which decides for the user of the session cookie. */
export function Permissions({ claims, children }: { claims: Claims; children: ReactNode }): ReactNode {
  // Created in the component, because on a server a shared one would mix users of different requests.
  const [queryClient] = useState(() => new QueryClient());
  const [session] = useState(() => createPageSession(claims));
  useEffect(() => session.set(claims), [session, claims]);
  return (
    <QueryClientProvider client={queryClient}>
      <PermissionsProvider pdp="/authz" source={session.source}>
        {children}
      </PermissionsProvider>
    </QueryClientProvider>
  );
}
