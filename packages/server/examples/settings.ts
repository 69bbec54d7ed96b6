/** What all examples are told by their environment. */
function read(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`Set ${name}. The examples need KINDE_ISSUER, KINDE_CLIENT_ID and PDP_URL.`);
  return value;
}

/** The Kinde domain, the application whose users may ask, and the PDP, or several with commas between them. */
export const settings: { readonly issuer: string; readonly clientId: string; readonly pdp: readonly string[] } = {
  issuer: read("KINDE_ISSUER"),
  clientId: read("KINDE_CLIENT_ID"),
  pdp: read("PDP_URL").split(","),
};
