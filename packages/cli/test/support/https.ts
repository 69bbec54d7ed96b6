import { createServer } from "node:https";

/** A self-signed certificate for localhost, valid until 2126. It is public, and no machine trusts it. */
export const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgDnS2DnvobbcBrM+9
cx7k3PZSW8HoaRU71v0OtAUkBSuhRANCAAQai0lxz3PgpHL8/X/5bH/DZj6Q5x1K
J/z+VmF8lZhO/cwgLD62+7lDn/ax+yu9mFqgzmkrG2A4R/tdCzRZDqvx
-----END PRIVATE KEY-----
`;

export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUWmYHLjlQTinTp/zV8ZGaLNcHdeowCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNTAwNTIxM1oYDzIxMjYxMTAx
MDA1MjEzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQai0lxz3PgpHL8/X/5bH/DZj6Q5x1KJ/z+VmF8lZhO/cwgLD62+7lD
n/ax+yu9mFqgzmkrG2A4R/tdCzRZDqvxo28wbTAdBgNVHQ4EFgQUpQLxxJr2fJMD
ti3vN449RKXioRowHwYDVR0jBBgwFoAUpQLxxJr2fJMDti3vN449RKXioRowDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIgaXWXozDF/NuijKiPRfgBjRT0/fAbMijqDpvqR2NPDbYCIAW1
vyfZ4dAS3K3T7V/YusNh55p6OehH8kvwPuaen6sP
-----END CERTIFICATE-----
`;

/** Starts an HTTPS server with a certificate that no machine trusts. */
export async function serveUntrusted(): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer({ key: KEY, cert: CERTIFICATE }, (_, response) => void response.end("{}"));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("a TCP server has a port");
  return {
    url: `https://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
