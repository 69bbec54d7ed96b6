import { PermissionsProvider } from "@kinde-cerbos/react";
import { KindeProvider } from "@kinde-oss/kinde-auth-react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode } from "react";

const { VITE_KINDE_DOMAIN: domain, VITE_KINDE_CLIENT_ID: clientId } = import.meta.env;
if (!domain || !clientId) throw new Error("Set VITE_KINDE_DOMAIN and VITE_KINDE_CLIENT_ID: see .env.example.");

const queryClient = new QueryClient();

/** The providers for sign-in and permissions. Put them around your app. */
export function KindeCerbosProviders({ children }: { readonly children: ReactNode }) {
  return (
    <KindeProvider
      domain={domain}
      clientId={clientId}
      redirectUri={window.location.origin}
      logoutUri={window.location.origin}
    >
      <QueryClientProvider client={queryClient}>
        <PermissionsProvider pdp="/authz">{children}</PermissionsProvider>
      </QueryClientProvider>
    </KindeProvider>
  );
}
