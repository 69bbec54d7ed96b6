// A page with one button that the user may or may not use. It notes when the button changes.
import { type DocumentRecord, documentResource } from "@kinde-cerbos/demo/data/document.ts";
import { PermissionsProvider, useCan } from "@kinde-cerbos/react";
import { KindeProvider, useKindeAuth } from "@kinde-oss/kinde-auth-react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useLayoutEffect } from "react";
import { createRoot } from "react-dom/client";

/** Defined by the build: whom the page trusts, and which document it shows. */
declare const KINDE: { readonly domain: string; readonly clientId: string; readonly audience: string };
declare const RECORD: DocumentRecord;

/** How the button has changed. */
const changes: { readonly isAllowed: boolean; readonly at: number }[] = [];
Object.assign(window, { changes });

function EditButton(): ReactNode {
  const { isPending, allowed } = useCan({ action: "edit", resource: documentResource(RECORD) });
  useLayoutEffect(() => {
    if (!isPending) changes.push({ isAllowed: allowed, at: Date.now() });
  }, [isPending, allowed]);
  if (isPending) return null;
  return <button disabled={!allowed}>Edit</button>;
}

function App(): ReactNode {
  const { isAuthenticated, isLoading, login } = useKindeAuth();
  if (isLoading) return null;
  return isAuthenticated ? <EditButton /> : <button onClick={() => void login()}>Sign in</button>;
}

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root.");
createRoot(root).render(
  <KindeProvider
    {...KINDE}
    redirectUri={location.origin}
    logoutUri={location.origin}
    scope="openid email profile offline"
    useInsecureForRefreshToken
  >
    <QueryClientProvider client={new QueryClient()}>
      <PermissionsProvider pdp="/authz" live>
        <App />
      </PermissionsProvider>
    </QueryClientProvider>
  </KindeProvider>,
);
