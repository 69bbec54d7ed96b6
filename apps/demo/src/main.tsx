import { KindeProvider } from "@kinde-oss/kinde-auth-react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { PageMeter } from "./pdp/page-meter.ts";
import { PdpWayProvider } from "./pdp/pdp-way.tsx";
import { KINDE_AUDIENCE, KINDE_CLIENT_ID, KINDE_DOMAIN } from "./session/kinde-domain.ts";
import { takeSignInError } from "./session/sign-in-error.ts";
import { App } from "./shell/app.tsx";

const queryClient = new QueryClient();
// The name that TanStack Query's devtools extension looks for.
Object.assign(window, { __TANSTACK_QUERY_CLIENT__: queryClient });

const meter = new PageMeter(queryClient.getQueryCache());
// Before Kinde reads the address: it takes an error there for the end of the session it has.
const signInError = takeSignInError();

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root.");
createRoot(root).render(
  <StrictMode>
    <KindeProvider
      domain={KINDE_DOMAIN}
      clientId={KINDE_CLIENT_ID}
      redirectUri={window.location.origin}
      logoutUri={window.location.origin}
      {...(KINDE_AUDIENCE !== "" && { audience: KINDE_AUDIENCE })}
      scope="openid email profile offline"
      // Keeps the refresh token in localStorage, so that a reload keeps the session. On this machine only:
      // in production, Kinde's custom domain keeps it in a cookie.
      useInsecureForRefreshToken={import.meta.env.VITE_KINDE_REFRESH_TOKEN !== "cookie"}
    >
      <QueryClientProvider client={queryClient}>
        <PdpWayProvider meter={meter}>
          <App signInError={signInError} />
        </PdpWayProvider>
      </QueryClientProvider>
    </KindeProvider>
  </StrictMode>,
);
