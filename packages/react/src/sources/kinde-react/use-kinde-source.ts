"use client";

import { AuthzError } from "@kinde-cerbos/core";
import { KindeContext } from "@kinde-oss/kinde-auth-react";
import { useContext, useMemo, useState } from "react";
import { createHandles } from "../token-handle.ts";
import { type TokenSource } from "../token-source.ts";
import { createKindeSource } from "./kinde-source.ts";
import { createKindeTabs } from "./kinde-tabs.ts";
import { storeOfNow } from "./stored-token.ts";

const storeHandle = /* @__PURE__ */ createHandles<object | undefined>();

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
  const store = storeHandle(storeOfNow());
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- another store is another source
  return useMemo(() => createKindeSource(kinde, ofProvider), [kinde, ofProvider, store]);
}
