import { PermissionsProvider } from "@kinde-cerbos/react/source";
import { useKindeAuth } from "@kinde/expo";
import { type ReactNode, useEffect, useState } from "react";
import { createKindeSource } from "./kinde-source.ts";
import { gateway } from "./settings.ts";

/** Put it inside of `KindeAuthProvider`, around every component that checks permissions. */
export function Permissions({ children }: { children: ReactNode }): ReactNode {
  const auth = useKindeAuth();
  const [kinde] = useState(() => createKindeSource(auth));
  useEffect(() => kinde.set(auth), [kinde, auth]);
  // Until the SDK has read the secure store, it reports that nobody is signed in.
  if (auth.isLoading) return null;
  return (
    <PermissionsProvider pdp={gateway} source={kinde.source}>
      {children}
    </PermissionsProvider>
  );
}
