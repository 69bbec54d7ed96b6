/** The Kinde domain of this page. Default: the issuer on this machine. */
export const KINDE_DOMAIN = import.meta.env.VITE_KINDE_DOMAIN ?? "http://localhost:4005";
