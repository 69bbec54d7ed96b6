import { fieldsOf, isName } from "@kinde-cerbos/core/internal";
import { boundedText } from "../bounded-text.ts";
import { Failure } from "../error-text.ts";
import { type ReceivedResponse } from "../option.ts";
import { type PatientPost } from "./patient-post.ts";

/** The client of Kinde's that a server is. */
export interface MachineClient {
  /** Without a slash at its end. */
  readonly domain: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A token for the management API, which is used until it ends. */
export interface MachineToken {
  /** Returns the current token. A new one is fetched once for all waiting callers. */
  current(): Promise<string>;
  /** Kinde does not take this one: the next is new. */
  forget(token: string): void;
}

/** A token is not used so shortly before its end, in ms. */
const MARGIN_MS = 30_000;
/** A token is far shorter, in bytes. */
const MAX_BYTES = 65_536;

export function createMachineToken(client: MachineClient, post: PatientPost, now: () => number): MachineToken {
  let token: { readonly value: string; readonly until: number } | undefined;
  let fetching: Promise<string> | undefined;

  const fetchToken = async (): Promise<string> => {
    const startedAt = now();
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: client.clientId,
      client_secret: client.clientSecret,
      audience: `${client.domain}/api`,
    });
    const fields = await post(`${client.domain}/oauth2/token`, { body }, async (response) => {
      if (response.status !== 200) throw await refused("gives no token for its management API", response);
      return fieldsOf(parsed(await boundedText(response, MAX_BYTES)));
    });
    const { access_token: value, expires_in: seconds } = fields;
    if (!isName(value)) throw new Failure("Kinde answered without a token for its management API.");
    token = { value, until: startedAt + (typeof seconds === "number" ? seconds * 1000 : 0) - MARGIN_MS };
    return value;
  };

  return {
    current() {
      if (token && now() < token.until) return Promise.resolve(token.value);
      fetching ??= fetchToken().finally(() => {
        fetching = undefined;
      });
      return fetching;
    },
    forget(value) {
      if (token?.value === value) token = undefined;
    },
  };
}

/** The error for a refusal of Kinde, with a remedy. Kinde's own words are left out: they may quote the request. */
export async function refused(
  what: string,
  { status, body }: Pick<ReceivedResponse, "status" | "body">,
): Promise<Failure> {
  await body?.cancel();
  return new Failure(
    `Kinde ${what}: HTTP ${status}. Are clientId and clientSecret those of a machine-to-machine application that may ` +
      "use the management API with the scope update:user_refresh_claims?",
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
