import { freePort, type Pdp, startPdp } from "@kinde-cerbos/cli/internal";
import { AUDIENCE, CLIENT_ID, kindeConfig } from "@kinde-cerbos/demo/stack/kinde-config.ts";
import { copyPolicies } from "@kinde-cerbos/demo/stack/policy-copy.ts";
import { type LocalKinde, startLocalKinde } from "@kinde-cerbos/local-kinde";

/** An issuer and a PDP, for a page at an address that is still free. */
export interface LivePrograms {
  readonly kinde: LocalKinde;
  readonly pdp: Pdp;
  /** Folder of the PDP's policies, which may be changed. */
  readonly policies: string;
  /** Who may have the PDP load them again. */
  readonly admin: { readonly username: string; readonly password: string };
  readonly port: number;
  /** Where the page will be. */
  readonly url: string;
  close(): Promise<void>;
}

/** The organization of everybody. */
const ORGANIZATION = "org_aurora";

/** Starts both, with so many people beside those of the demo: {@link tokenOf}. */
export async function startPrograms(people: number): Promise<LivePrograms> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const config = await kindeConfig(url);
  for (let number = 0; number < people; number += 1) {
    const id = idOf(number);
    const memberships = [{ organization: ORGANIZATION }];
    config.people.push({ id, email: `${id}@example.com`, givenName: "Person", familyName: `${number}`, memberships });
  }
  const kinde = await startLocalKinde({ config });
  const { pdp: settings, env } = copyPolicies();
  const [username = "", password = ""] = env.PDP_ADMIN.split(":");
  const pdp = await startPdp({
    ...settings,
    jwksUrl: `${kinde.url}/.well-known/jwks`,
    globals: { issuer: kinde.url, clientId: CLIENT_ID, audience: AUDIENCE, behindGateway: true },
  });
  return {
    kinde,
    pdp,
    policies: settings.policies,
    admin: { username, password },
    port,
    url,
    async close() {
      await pdp.stop();
      await kinde.close();
    },
  };
}

/** An access token of one of the people. */
export async function tokenOf({ kinde }: LivePrograms, number: number): Promise<string> {
  return kinde.createToken({ person: idOf(number), organization: ORGANIZATION, clientId: CLIENT_ID });
}

function idOf(number: number): string {
  return `kp_page_${number}`;
}
