import { type InspectedProvider } from "@kinde-cerbos/react/internal";

type Status = InspectedProvider["session"]["status"];

/** A text for each session status. */
export const STATUS_TEXTS: { readonly [status in Status]: string } = {
  loading: "Loading. Kinde has not returned the user yet, so nothing is allowed.",
  signed_out: "Signed out. No checks are sent, and everything is denied.",
  anonymous: "Anonymous. Nobody is signed in, and checks are sent as the anonymous principal.",
  authenticated: "Signed in.",
  expired: "Expired. The token has expired. Nothing is allowed until Kinde issues a new one.",
  error: "Error. The token cannot be used, so nothing is allowed.",
};
