import { createServer } from "node:http";
import { type LocalKinde, startLocalKinde } from "@kinde-cerbos/local-kinde";

/** The application whose tokens the doctor expects. */
export const CLIENT_ID = "app";

/** The audience of {@link CLIENT_ID}. */
export const AUDIENCE = "https://api.test";

/** The person whose tokens are used. */
export const PERSON = "kp_ann";

/** Starts an issuer with two applications, and a person with roles, permissions and flags. */
export function startIssuer(redirectUris: string[] = ["http://localhost:5173"]): Promise<LocalKinde> {
  return startLocalKinde({
    config: {
      applications: [
        { clientId: CLIENT_ID, redirectUris, audiences: [AUDIENCE], claims: { include: ["roles"] } },
        { clientId: "hasura", redirectUris, claims: { include: ["roles"], naming: "hasura" } },
        { clientId: "other", redirectUris, audiences: ["https://other.test"] },
      ],
      featureFlags: { beta: { type: "boolean", default: true } },
      roles: [{ key: "admin", name: "Admin", permissions: ["doc:read"] }],
      organizations: [{ code: "org_acme", name: "Acme" }],
      people: [
        {
          id: PERSON,
          email: "ann@example.com",
          givenName: "Ann",
          familyName: "Lee",
          memberships: [{ organization: "org_acme", roles: ["admin"] }],
        },
      ],
    },
  });
}

/** Starts a server that returns the answers of `answer` by path; null is a 404. */
export async function serve(answer: (path: string) => unknown): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const body = answer(request.url ?? "/");
    response.writeHead(body === null ? 404 : 200, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("a TCP server has a port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
