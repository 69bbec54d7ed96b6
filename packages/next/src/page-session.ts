import { type Organization } from "@kinde-cerbos/react/source";

/**
 * The session of a page: plain JSON with the claims of the Kinde access token, without the token. A server component
 * may pass it to `PermissionsProvider` of `@kinde-cerbos/next/client`.
 */
export type PageSession =
  | {
      readonly status: "signed_in";
      /** The session id, computed by the server. Decisions are cached under it. */
      readonly id: string;
      /** The payload of the access token. */
      readonly claims: { readonly [claim: string]: unknown };
      /** The user's organizations; empty if there is no id token. */
      readonly organizations: readonly Organization[];
    }
  | { readonly status: "signed_out"; readonly id: string }
  /** The token cannot be used, for example because it has expired. The page requests a refresh from the server. */
  | { readonly status: "unknown" };
