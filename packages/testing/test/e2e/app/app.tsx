// A small app that signs in with Kinde's React SDK.
import { PermissionsProvider, usePermissionsSession } from "@kinde-cerbos/react";
import { KindeProvider, useKindeAuth } from "@kinde-oss/kinde-auth-react";
import { type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { Toolbar } from "../../samples/toolbar.tsx";

/** The address of the issuer, defined by the build. */
declare const ISSUER: string;

function Page(): ReactNode {
  const { isAuthenticated, isLoading, login, logout } = useKindeAuth();
  const { orgCode } = usePermissionsSession();
  if (isLoading) return null;
  if (!isAuthenticated) return <button onClick={() => void login()}>Sign in</button>;
  return (
    <>
      <h1>{orgCode}</h1>
      <Toolbar id="1" ownerId="kp_ann" />
      <button onClick={() => void logout()}>Sign out</button>
    </>
  );
}

const root = document.querySelector("#root");
if (root) {
  createRoot(root).render(
    <KindeProvider
      domain={ISSUER}
      clientId="app"
      redirectUri={location.origin}
      logoutUri={location.origin}
      useInsecureForRefreshToken
    >
      <PermissionsProvider pdp="/authz">
        <Page />
      </PermissionsProvider>
    </KindeProvider>,
  );
}
