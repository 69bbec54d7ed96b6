import { PermissionsProvider } from "@kinde-cerbos/react/source";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { type Claims, createPageSession } from "./page-session.ts";

/** For all pages: checks go to the gateway at `/authz`, in the name of the cookie's user. */
export function Permissions({ claims, children }: { claims: Claims; children: ReactNode }): ReactNode {
  // In the component: on a server, one for all requests would mix their users.
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
