/** Reads a variable of the environment. */
function read(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`Set ${name} in the environment.`);
  return value;
}

/** Which tokens are accepted, and which PDP decides: options of `createGateway` and `createEnforcer`. */
export const authz = {
  /** Your Kinde domain, such as `https://example.kinde.com`. */
  issuer: read("KINDE_ISSUER"),
  clientId: read("KINDE_CLIENT_ID"),
  audience: read("KINDE_AUDIENCE"),
  pdp: read("PDP_URL"),
};

/** Only a back-end application of Kinde has a secret. */
export const clientSecret: string | undefined = process.env["KINDE_CLIENT_SECRET"];

/** The address of this app, without a slash at the end. Kinde must have `APP_URL/callback` as an allowed callback. */
export const appUrl: string = read("APP_URL");

/** Protects the session cookie. At least 32 random characters. */
export const sessionSecret: string = read("SESSION_SECRET");
