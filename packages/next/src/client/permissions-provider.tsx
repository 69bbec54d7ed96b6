"use client";

import { requireOption } from "@kinde-cerbos/core/internal";
import {
  PermissionsProvider as SessionProvider,
  type PermissionsProviderProps as SessionProviderProps,
} from "@kinde-cerbos/react/source";
import { QueryClient, QueryClientContext, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useContext, useEffect, useState } from "react";
import { requireOwnPath } from "../own-path.ts";
import { type PageSession } from "../page-session.ts";
import { createNextSource } from "./next-source.ts";

/** Props of {@link PermissionsProvider}. */
export interface PermissionsProviderProps extends Omit<SessionProviderProps, "source" | "pdp" | "live"> {
  /** The path of the gateway's route, on the page's own origin. Default: `/authz`. */
  readonly pdp?: string;
  /**
   * Follows the events of the gateway's route, so that an open page changes when policies or the user's rights do. It
   * needs `createAuthz({ events })`, and `GET` of the route. Without them, or in a browser that cannot, the page is as
   * without it. Default: false.
   */
  readonly live?: boolean;
  /**
   * What `getPageSession()` returned on the server. Without it, the page asks `/authz/session` first, and checks are
   * pending until then. Default: none.
   */
  readonly session?: PageSession | undefined;
  /** The path of Kinde's login route, for switching the organization. Default: `/api/auth/login`. */
  readonly loginPath?: string;
}

/**
 * The session of Kinde's Next.js SDK, for all hooks below. It needs no `KindeProvider`, and the browser gets no token:
 * checks are sent with the cookies of Kinde's SDK. Without a QueryClientProvider around it, it is one.
 *
 * @throws AuthzError `invalid_option`
 */
export function PermissionsProvider({
  pdp = "/authz",
  session,
  loginPath = "/api/auth/login",
  principal,
  volatileClaims,
  queryClient,
  children,
  ...options
}: PermissionsProviderProps): ReactNode {
  requireOwnPath(pdp, "pdp", "/authz");
  requireOwnPath(loginPath, "loginPath", "/api/auth/login");
  const ofSession = { principal, volatileClaims };
  const [source] = useState(() => createNextSource({ pdp, loginPath, session, options: ofSession }));
  useEffect(() => source.receive(session), [source, session]);
  const appClient = useContext(QueryClientContext);
  const [ownClient] = useState(() => (appClient ? null : new QueryClient()));
  const client = queryClient ?? appClient ?? ownClient;
  requireOption(client !== null, "keep QueryClientProvider around PermissionsProvider, or leave it out from the start");
  return (
    <QueryClientProvider client={client}>
      <SessionProvider {...options} {...ofSession} pdp={pdp} source={source}>
        {children}
      </SessionProvider>
    </QueryClientProvider>
  );
}
