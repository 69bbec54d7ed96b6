"use client";

import { PermissionsProvider, serverSource } from "@kinde-cerbos/react/source";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

export function Permissions({ claims, children }: { readonly claims: object; readonly children: ReactNode }) {
  const [queryClient] = useState(() => new QueryClient());
  const [source] = useState(() => serverSource({ getClaims: () => claims }));
  return (
    <QueryClientProvider client={queryClient}>
      <PermissionsProvider pdp="/authz" source={source}>
        {children}
      </PermissionsProvider>
    </QueryClientProvider>
  );
}
