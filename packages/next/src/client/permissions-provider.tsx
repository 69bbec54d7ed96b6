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
   * Subscribes to the events of the gateway's route, so that an open page updates when policies or the user's rights
   * change. It needs `createAuthz({ events })` and the route's `GET` handler. Without them, or in a browser without the
   * needed APIs, the page works as with `live={false}`. Default: false.
   */
  readonly live?: boolean;
  /**
   * The result of `getPageSession()` on the server. Without it, the page first requests it from the gateway's route, at
   * `/session` below `pdp`, and checks are pending until then. Default: none.
   */
  readonly session?: PageSession | undefined;
  /** The path of Kinde's login route, for switching the organization. Default: `/api/auth/login`. */
  readonly loginPath?: string;
}

/**
 * Provides the session of Kinde's Next.js SDK to all hooks below. It needs no `KindeProvider`, and the browser gets no
 * token: checks are sent with the cookies of Kinde's SDK. If there is no QueryClientProvider around it, it adds one.
 *
 * @throws AuthzError `invalid_option` if an option has the wrong type
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
  requireOption(
    client !== null,
    "keep QueryClientProvider around PermissionsProvider in every render, or leave it out in every render",
  );
  return (
    <QueryClientProvider client={client}>
      <SessionProvider {...options} {...ofSession} pdp={pdp} source={source}>
        {children}
      </SessionProvider>
    </QueryClientProvider>
  );
}
