interface ImportMetaEnv {
  /** Kinde domain. Default: the issuer on this machine. */
  readonly VITE_KINDE_DOMAIN?: string;
  /** Client id of the Kinde application. Default: the demo's. */
  readonly VITE_KINDE_CLIENT_ID?: string;
  /** The API that tokens are asked for; empty for none. Default: the demo's. */
  readonly VITE_KINDE_AUDIENCE?: string;
  /** Where the refresh token is kept: `cookie`, as with Kinde's custom domain. Default: localStorage. */
  readonly VITE_KINDE_REFRESH_TOKEN?: "cookie";
}

/** The people and organizations of kinde.json: vite.config.ts puts their names in, and nothing else of that file is for the page. */
declare const PEOPLE: readonly { readonly id: string; readonly name: string }[];
declare const ORGANIZATIONS: readonly { readonly code: string; readonly name: string }[];

/** Whether a Kinde of one's own is in the place of the local Kinde. PEOPLE and ORGANIZATIONS are empty then. */
declare const OWN_KINDE: boolean;

/** Whether your own PDP is used, whose policies cannot be changed here. */
declare const OWN_PDP: boolean;
