"use client";

import { type ReactNode } from "react";
import { useKindeSource } from "../sources/kinde-react/use-kinde-source.ts";
import { type TokenSource } from "../sources/token-source.ts";
import { SessionProvider, type SessionProviderProps } from "./session-provider.tsx";

/** Which PDP decides, how it is called, and how long decisions are cached. Limits are read when a session begins. */
export interface PermissionsProviderProps extends Omit<SessionProviderProps, "source"> {
  /**
   * Where the token comes from and how it is refreshed. Default: Kinde's React SDK, from the nearest KindeProvider. If
   * your app always gives one, import PermissionsProvider from `@kinde-cerbos/react/source`: then Kinde's React SDK is
   * not in your bundle and need not be installed.
   */
  readonly source?: TokenSource;
}

/**
 * Joins Kinde and Cerbos. Put it inside KindeProvider, around every component that checks permissions.
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
