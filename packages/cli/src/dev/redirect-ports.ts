import { isLoopback } from "@kinde-cerbos/core/internal";
import type { LocalKindeConfig } from "@kinde-cerbos/local-kinde";
import { isPortFree } from "../programs/ports.ts";

/**
 * Returns a warning for each port of the redirect URIs that another program has before the app starts. A server such as
 * that of Next.js then takes another port without an error, and people who sign in come to the other program.
 *
 * @param file the path of the config as typed, for the text
 */
export async function takenRedirectPorts({ applications }: LocalKindeConfig, file: string): Promise<string[]> {
  const ports = new Set(
    applications
      .flatMap(({ redirectUris }) => redirectUris.map((uri) => new URL(uri)))
      .filter(({ hostname, port }) => isLoopback(hostname) && port !== "")
      .map(({ port }) => Number(port)),
  );
  const taken: number[] = [];
  for (const port of ports) if (!(await isPortFree(port))) taken.push(port);
  return taken.map(
    (port) =>
      `Port ${port} is taken, and ${file} has redirect URIs with it. If your app starts on another port, signing in ` +
      `leads to the program on port ${port}. Stop that program, or change the port in ${file} and in your app's settings.`,
  );
}
