import { type InspectedProvider } from "@kinde-cerbos/react/internal";

type Status = InspectedProvider["session"]["status"];

/** What a status means, in words. */
export const STATUS_TEXTS: { readonly [status in Status]: string } = {
  loading: "Loading. Kinde has not said yet who the user is. Until then nothing is allowed.",
  signed_out: "Signed out. No check is sent, and everything is denied.",
  anonymous: "Anonymous. Nobody is signed in, and checks are sent as the anonymous principal.",
  authenticated: "Signed in.",
  expired: "Expired. The token has ended. Everything is denied until Kinde issues a new one.",
  error: "Error. The token cannot be used, so nothing is allowed.",
};
