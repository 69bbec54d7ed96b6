"use client";

import { type ReactNode } from "react";
import { useKindeSource } from "../sources/kinde-react/use-kinde-source.ts";
import { type TokenSource } from "../sources/token-source.ts";
import { SessionProvider, type SessionProviderProps } from "./session-provider.tsx";

/**
 * Props of {@link PermissionsProvider}: the PDP, the limits of requests, and the cache times. A change of the limits
 * applies to the next session.
 */
export interface PermissionsProviderProps extends Omit<SessionProviderProps, "source"> {
  /**
   * The source of the token. Default: Kinde's React SDK, from the nearest KindeProvider. If your app always passes a
   * source, import PermissionsProvider from `@kinde-cerbos/react/source`: then Kinde's React SDK is not in your bundle
   * and need not be installed.
   */
  readonly source?: TokenSource;
}

/**
 * Connects Kinde and Cerbos for all hooks and components below. Put it inside KindeProvider, around every component
 * that checks permissions.
 *
 * @throws AuthzError `no_provider` outside of KindeProvider without a `source`; `invalid_option` if an option has the
 *   wrong type or is out of its range
 */
export function PermissionsProvider({ source, ...props }: PermissionsProviderProps): ReactNode {
  return source === undefined ? <KindeSession {...props} /> : <SessionProvider {...props} source={source} />;
}

function KindeSession(props: Omit<SessionProviderProps, "source">): ReactNode {
  return <SessionProvider {...props} source={useKindeSource()} />;
}
