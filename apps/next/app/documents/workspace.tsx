import { PermissionsProvider } from "@kinde-cerbos/next/client";
import { LoginLink, LogoutLink } from "@kinde-oss/kinde-auth-nextjs/components";
import { getKindeServerSession } from "@kinde-oss/kinde-auth-nextjs/server";
import { type ReactNode } from "react";
import { getAuthorizer, getPageSession } from "../../lib/authz.ts";
import { RenderAgain } from "./render-again.tsx";

/** The signed-in user, their organizations, and the pages of documents below. */
export async function Workspace({ children }: { readonly children: ReactNode }) {
  const session = await getPageSession();
  const authorizer = await getAuthorizer();
  const user = await getKindeServerSession().getUser();
  const current = authorizer?.session.principal.attr["orgCode"];
  return (
    <PermissionsProvider session={session} live>
      {session.status === "unknown" && <RenderAgain />}
      <header>
        <strong>
          {user?.given_name} {user?.family_name}
        </strong>
        <nav>
          {session.status === "signed_in" &&
            session.organizations.map(({ code, name }) =>
              code === current ? (
                <strong key={code}>{name}</strong>
              ) : (
                <LoginLink key={code} orgCode={code}>
                  {name}
                </LoginLink>
              ),
            )}
          <LogoutLink>Sign out</LogoutLink>
        </nav>
      </header>
      {children}
    </PermissionsProvider>
  );
}
