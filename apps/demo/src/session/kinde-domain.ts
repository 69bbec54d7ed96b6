/** The Kinde domain of this page. Default: the issuer on this machine. */
export const KINDE_DOMAIN = import.meta.env.VITE_KINDE_DOMAIN ?? "http://localhost:4005";

/** The application that this page signs in with. Default: the demo's, of kinde.json. */
export const KINDE_CLIENT_ID = import.meta.env.VITE_KINDE_CLIENT_ID ?? "kinde-cerbos-demo";

/** The API that tokens are asked for; empty for none. Default: the demo's, of kinde.json. */
export const KINDE_AUDIENCE = import.meta.env.VITE_KINDE_AUDIENCE ?? "https://documents.example.com";
