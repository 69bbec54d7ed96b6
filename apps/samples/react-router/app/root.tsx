import { claimsFromToken } from "@kinde-cerbos/core";
import { type ReactNode } from "react";
import { Links, Meta, Outlet, Scripts } from "react-router";
import { Permissions } from "../../shared/permissions.tsx";
import type { Route } from "./+types/root";
import { refreshEndedToken, storeNothing, tokenOf } from "./session.server.ts";

export const middleware: Route.MiddlewareFunction[] = [storeNothing, refreshEndedToken];

export async function loader({ request }: Route.LoaderArgs) {
  const token = await tokenOf(request);
  return { claims: token === null ? null : claimsFromToken(token) };
}

export function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <title>Documents</title>
        <link rel="icon" href="data:," />
        <Meta />
        <Links />
      </head>
      <body>
        {children}
        <Scripts />
      </body>
    </html>
  );
}

export default function App({ loaderData: { claims } }: Route.ComponentProps) {
  return (
    <Permissions claims={claims}>
      <Outlet />
    </Permissions>
  );
}
