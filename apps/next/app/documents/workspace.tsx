import { LoginLink, LogoutLink } from "@kinde-oss/kinde-auth-nextjs/components";
import { getKindeServerSession } from "@kinde-oss/kinde-auth-nextjs/server";
import { type ReactNode } from "react";
import { getAuthorizer } from "../../lib/authz.ts";
import { Permissions } from "./permissions.tsx";

/** Who is signed in, their other organizations, and below it all pages of documents. */
export async function Workspace({ children }: { readonly children: ReactNode }) {
  const { session } = await getAuthorizer();
  const idToken = await getKindeServerSession().getIdToken();
  const current = session.principal.attr["orgCode"];
  return (
    <Permissions claims={session.claims ?? {}}>
      <header>
        <strong>{idToken?.name}</strong>
        <nav>
          {idToken?.organizations?.map(({ id, name }) =>
            id === current ? (
              <strong key={id}>{name}</strong>
            ) : (
              <LoginLink key={id} orgCode={id}>
                {name}
              </LoginLink>
            ),
          )}
          <LogoutLink>Sign out</LogoutLink>
        </nav>
      </header>
      {children}
    </Permissions>
  );
}
