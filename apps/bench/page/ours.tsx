import { type PolicyDecisionPoint } from "@kinde-cerbos/core";
import { PermissionsDevtools } from "@kinde-cerbos/devtools";
import { decisionFilters, PermissionsProvider, useCan, usePermissionsSession } from "@kinde-cerbos/react";
import { KindeContext } from "@kinde-oss/kinde-auth-react";
import { MemoryStorage, setActiveStorage, StorageKeys } from "@kinde-oss/kinde-auth-react/utils";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ComponentProps, type ReactNode, useEffect, useState } from "react";
import { checksWith, type Contender, type World } from "./contender.tsx";

type KindeValue = NonNullable<ComponentProps<typeof KindeContext.Provider>["value"]>;

const unused = (): never => {
  throw new Error("The benchmark does not use this of Kinde.");
};

/** Whether the devtools are on the page, closed. In production they are nothing. */
const hasDevtools = new URLSearchParams(location.search).has("devtools");

/** A user who is signed in. Kinde's provider itself would want a login page first. */
const SIGNED_IN: KindeValue = {
  login: unused,
  register: unused,
  logout: unused,
  getClaims: unused,
  getIdToken: unused,
  getToken: unused,
  getAccessToken: unused,
  getClaim: unused,
  getOrganization: unused,
  getCurrentOrganization: unused,
  getFlag: unused,
  getUserProfile: unused,
  getPermission: unused,
  getPermissions: unused,
  getUserOrganizations: unused,
  getRoles: unused,
  refreshToken: unused,
  generatePortalUrl: unused,
  switchOrg: unused,
  isAuthenticated: true,
  isLoading: false,
};

/** `useCan` in each component. */
export function ours({ recorded, chunk, user: { token } }: World, pdp: PolicyDecisionPoint): Contender {
  const storage = new MemoryStorage();
  setActiveStorage(storage);
  const keep = (newer: string): void => storage.setSessionItem(StorageKeys.accessToken, newer);
  keep(token);
  const queryClient = new QueryClient();
  const asked: PolicyDecisionPoint = recorded ? { checkResources: recorded.ask } : pdp;
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  let update: ((value: KindeValue) => void) | null = null;

  function Ready(): ReactNode {
    const { status } = usePermissionsSession();
    useEffect(() => {
      if (status === "authenticated") resolve();
    }, [status]);
    return null;
  }
  function Provider({ children }: { readonly children: ReactNode }): ReactNode {
    const [value, setValue] = useState(SIGNED_IN);
    useEffect(() => {
      update = setValue;
    }, []);
    return (
      <KindeContext.Provider value={value}>
        <QueryClientProvider client={queryClient}>
          <PermissionsProvider pdp={asked} maxResources={chunk}>
            <Ready />
            {children}
          </PermissionsProvider>
          {hasDevtools && <PermissionsDevtools />}
        </QueryClientProvider>
      </KindeContext.Provider>
    );
  }
  return {
    Provider,
    Checks: checksWith((check) => {
      const { isPending, allowed } = useCan(check);
      return isPending ? undefined : allowed;
    }),
    ready,
    askAgain(checks) {
      const [only] = checks;
      const match =
        only && checks.length === 1 ? { kind: only.resource.kind, id: only.resource.id, action: only.action } : {};
      void queryClient.invalidateQueries(decisionFilters(match));
    },
    signIn(newer) {
      keep(newer.token);
      update?.({ ...SIGNED_IN });
    },
    cached: () => queryClient.getQueryCache().getAll().length,
  };
}
