// A small app that signs in by Kinde's React SDK, and follows a gateway.
import { PermissionsProvider, useCan } from "@kinde-cerbos/react";
import { KindeProvider, useKindeAuth } from "@kinde-oss/kinde-auth-react";
import { type ReactNode } from "react";
import { createRoot } from "react-dom/client";

/** The address of the issuer, which the build puts in. */
declare const ISSUER: string;

const REPORT = { kind: "report", id: "1" };

function Page(): ReactNode {
  const { isAuthenticated, isLoading, login } = useKindeAuth();
  const { allowed, status } = useCan({ action: "view", resource: REPORT });
  if (isLoading) return null;
  if (!isAuthenticated) return <button onClick={() => void login()}>Sign in</button>;
  return (
    <>
      <h1>{status}</h1>
      <button disabled={!allowed}>View</button>
    </>
  );
}

const root = document.querySelector("#root");
if (root) {
  createRoot(root).render(
    <KindeProvider domain={ISSUER} clientId="app" redirectUri={location.origin} useInsecureForRefreshToken>
      <PermissionsProvider pdp="/authz" live>
        <Page />
      </PermissionsProvider>
    </KindeProvider>,
  );
}
