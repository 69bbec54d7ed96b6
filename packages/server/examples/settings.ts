/** What all examples are told by their environment. */
function read(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "")
    throw new Error(`Set ${name}. The examples need KINDE_ISSUER, KINDE_CLIENT_ID, KINDE_AUDIENCE and PDP_URL.`);
  return value;
}

/** Which tokens are accepted, and which PDPs decide. */
interface Settings {
  /** The Kinde domain. */
  readonly issuer: string;
  /** The application whose tokens are accepted, and the API that they are for: give both. */
  readonly clientId: string;
  readonly audience: string;
  readonly pdp: readonly string[];
}

/** `PDP_URL` is one address, or several with commas between them. */
export const settings: Settings = {
  issuer: read("KINDE_ISSUER"),
  clientId: read("KINDE_CLIENT_ID"),
  audience: read("KINDE_AUDIENCE"),
  pdp: read("PDP_URL").split(","),
};
