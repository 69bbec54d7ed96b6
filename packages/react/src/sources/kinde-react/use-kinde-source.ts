"use client";

import { AuthzError } from "@kinde-cerbos/core";
import { KindeContext } from "@kinde-oss/kinde-auth-react";
import { useContext, useMemo, useState } from "react";
import { type TokenSource } from "../token-source.ts";
import { kindeClock } from "./kinde-clock.ts";
import { createKindeSource } from "./kinde-source.ts";
import { createKindeTabs } from "./kinde-tabs.ts";

/**
 * Kinde's React SDK in context as a token source.
 *
 * @throws AuthzError `no_provider` outside of KindeProvider
 */
export function useKindeSource(): TokenSource {
  const kinde = useContext(KindeContext);
  if (kinde === null) {
    throw new AuthzError(
      "no_provider",
      "PermissionsProvider is not inside KindeProvider. Put it there: <KindeProvider …><PermissionsProvider …>. " +
        "If it is, two copies of @kinde-oss/kinde-auth-react may be installed, each with a context of its own: " +
        "run `npm ls @kinde-oss/kinde-auth-react`. If your app does not use Kinde's React SDK, give " +
        "PermissionsProvider a source.",
    );
  }
  const [ofProvider] = useState(() => ({ tabs: createKindeTabs(), memory: { isSignedIn: false } }));
  // Another store of Kinde's SDK has another clock, and is another source.
  const clock = kindeClock();
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- see above
  return useMemo(() => createKindeSource(kinde, ofProvider), [kinde, ofProvider, clock]);
}
