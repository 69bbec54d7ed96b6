import { PermissionsDevtools } from "@kinde-cerbos/devtools";
import { PermissionsProvider } from "@kinde-cerbos/react";
import { KindeProvider, useKindeAuth } from "@kinde-oss/kinde-auth-react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Permissions } from "./permissions.js";

const { VITE_KINDE_DOMAIN: domain } = import.meta.env;
const { origin } = window.location;

function Page() {
  const { isLoading, isAuthenticated, login } = useKindeAuth();
  if (isLoading) return null;
  return isAuthenticated ? <Permissions /> : <button onClick={() => void login()}>Sign in</button>;
}

const root = document.createElement("main");
document.body.append(root);
createRoot(root).render(
  <StrictMode>
    <KindeProvider domain={domain} clientId="documents" redirectUri={origin} logoutUri={origin}>
      <PermissionsProvider pdp="/authz">
        <Page />
        <PermissionsDevtools />
      </PermissionsProvider>
    </KindeProvider>
  </StrictMode>,
);
