/** Returns an environment variable. */
function read(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "")
    throw new Error(`The environment variable ${name} is not set. Set it, for example in your shell or in .env.`);
  return value;
}

/** The accepted tokens and the PDP: options for `createGateway` and `createEnforcer`. */
export const authz = {
  /** Your Kinde domain, such as `https://example.kinde.com`. */
  issuer: read("KINDE_ISSUER"),
  clientId: read("KINDE_CLIENT_ID"),
  audience: read("KINDE_AUDIENCE"),
  pdp: read("PDP_URL"),
};

/** The client secret. Only back-end applications in Kinde have one. */
export const clientSecret: string | undefined = process.env["KINDE_CLIENT_SECRET"];

/** The URL of this app, without a trailing slash. Add `APP_URL/callback` to the allowed callback URLs in Kinde. */
export const appUrl: string = read("APP_URL");

/** Encrypts or signs the session cookie. At least 32 random characters. */
export const sessionSecret: string = read("SESSION_SECRET");
