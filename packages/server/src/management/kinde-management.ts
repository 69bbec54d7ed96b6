import { isName, requireOption } from "@kinde-cerbos/core/internal";
import { Failure } from "../error-text.ts";
import { type OptionNames, requireKnownOptions } from "../option-names.ts";
import { addressOf, requireFunctions, requireIntegers, secureAddressOf, type Send } from "../option.ts";
import { createMachineToken, refused } from "./machine-token.ts";
import { createPatientPost } from "./patient-post.ts";

/** Options of {@link createKindeManagement}. */
export interface KindeManagementOptions {
  /**
   * The Kinde domain, such as `https://example.kinde.com`. Do not use a custom domain: the audience is Kinde's own
   * domain.
   */
  readonly domain: string;
  /**
   * Client id of a machine-to-machine application in Kinde that may use the management API with the scope
   * `update:user_refresh_claims`.
   */
  readonly clientId: string;
  /**
   * Client secret of that application. It is sent only to `/oauth2/token` of the domain, and appears in no error and no
   * log.
   */
  readonly clientSecret: string;
  /** How long one attempt may take, in ms. 100 to 60000. Default: 5000. */
  readonly timeoutMs?: number | undefined;
  /** Sends all requests. Default: the global `fetch`. */
  readonly fetch?: Send | undefined;
  /** The time, in ms since the epoch. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

const KINDE_MANAGEMENT_OPTIONS: OptionNames<KindeManagementOptions> = {
  domain: true,
  clientId: true,
  clientSecret: true,
  timeoutMs: true,
  fetch: true,
  now: true,
};

/** The part of Kinde's management API that open pages need. */
export interface KindeManagement {
  /**
   * Clears Kinde's cache of a user's claims, so that the next access token has the current ones. An unknown user is not
   * an error.
   *
   * It tries three times if Kinde is unreachable or answers 429 or 5xx, and waits as long as `Retry-After` says. It
   * rejects after that, or if Kinde refuses; the message has the HTTP status, and no token or secret.
   */
  readonly refreshClaims: (subject: string) => Promise<void>;
}

/**
 * Creates a client of Kinde's management API for `createEvents({ refreshClaims })`. It gets a token with the client
 * credentials at its first call and uses it until it ends, because Kinde limits how many it issues per month.
 *
 * @throws AuthzError `invalid_option` if an option is unknown, or has the wrong type or value
 */
export function createKindeManagement(options: KindeManagementOptions): KindeManagement {
  requireKnownOptions(options, KINDE_MANAGEMENT_OPTIONS, "createKindeManagement");
  const { clientId, clientSecret, timeoutMs = 5000, now = () => Date.now() } = options;
  const domain = addressOf(secureAddressOf(options.domain, "domain"), "domain");
  requireOption(isName(clientId), "clientId must be the client id of a machine-to-machine application");
  requireOption(isName(clientSecret), "clientSecret must be the secret of the machine-to-machine application");
  requireFunctions({ fetch: options.fetch, now: options.now });
  requireIntegers({ timeoutMs }, { timeoutMs: [100, 60_000] });

  const post = createPatientPost(options.fetch ?? ((url, init) => globalThis.fetch(url, init)), timeoutMs);
  const token = createMachineToken({ domain, clientId, clientSecret }, post, now);

  /** Whether it was done; `false` if Kinde does not take the token. */
  const refresh = async (subject: string): Promise<boolean> => {
    const used = await token.current();
    const url = `${domain}/api/v1/users/${encodeURIComponent(subject)}/refresh_claims`;
    const headers = { authorization: `Bearer ${used}`, accept: "application/json" };
    return post(url, { headers }, async (response) => {
      if (response.status === 401) token.forget(used);
      else if (!response.ok && response.status !== 404)
        throw await refused("refused to refresh a user's claims", response);
      await response.body?.cancel();
      return response.status !== 401;
    });
  };

  return {
    async refreshClaims(subject) {
      // In a URL, `.` and `..` would make another path.
      if (!isName(subject) || subject === "." || subject === "..") throw new Failure("This is not the id of a user.");
      // A token may be taken back before it ends. The next one is new.
      if ((await refresh(subject)) || (await refresh(subject))) return;
      throw new Failure("Kinde's management API refuses the token that Kinde issued for it: HTTP 401.");
    },
  };
}
