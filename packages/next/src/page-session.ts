import { type Organization } from "@kinde-cerbos/react/source";

/**
 * Whose session a page is, as your server knows it. It is plain JSON with the claims of the Kinde access token, and no
 * token: a server component may give it to `PermissionsProvider` of `@kinde-cerbos/next/client`.
 */
export type PageSession =
  | {
      readonly status: "signed_in";
      /** The id of the session, made by the server: decisions are cached by it. */
      readonly id: string;
      /** The payload of the access token. */
      readonly claims: { readonly [claim: string]: unknown };
      /** The user's organizations; empty if there is no id token. */
      readonly organizations: readonly Organization[];
    }
  | { readonly status: "signed_out"; readonly id: string }
  /** There is a token that cannot be used, such as an expired one. The page has the server refresh it. */
  | { readonly status: "unknown" };
