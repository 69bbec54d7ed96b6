/** Something that can be wrong, what an app then shows, and what its user can do. */
export interface Fault {
  /** In the address of this page. */
  readonly name: string;
  readonly title: string;
  /** The part that has the fault. */
  readonly group: "No fault" | "Cerbos" | "Gateway" | "Kinde" | "Browser";
  readonly shows: string;
  readonly userCan: string;
  /** Whether it needs a token that only the local Kinde creates. */
  readonly needsLocalKinde?: true;
}

/** How long a decision stays when it cannot be confirmed, ms. The default of an app is five minutes. */
export const MAX_AGE_MS = 20_000;

/** How long the token of `token-ends` lives, s. */
export const TOKEN_LIFETIME_S = 20;

const AT_MOST = `for at most ${MAX_AGE_MS / 1000} seconds here (five minutes by default)`;
const RETRY = "Wait, or try again. The app retries every few seconds.";
const SIGN_IN = "Sign in again. Here: choose No fault, then press Start again.";

/** No fault: the way that the other pages use. */
export const NONE = "none";

const ALL: readonly Fault[] = [
  {
    name: NONE,
    title: "No fault",
    group: "No fault",
    shows: "The app shows the allowed actions. Choose a fault, then press Check again or Start again.",
    userCan: "Work.",
  },
  {
    name: "pdp-slow",
    title: "Slow",
    group: "Cerbos",
    shows:
      "Each answer takes two seconds. Decisions stay on the page while they are checked again. Without cached decisions, the actions are pending.",
    userCan: "Continue working.",
  },
  {
    name: "pdp-silent",
    title: "Does not answer",
    group: "Cerbos",
    shows: `The gateway gives up after four seconds. The last decisions stay ${AT_MOST}. Without cached decisions, nothing is allowed.`,
    userCan: RETRY,
  },
  {
    name: "pdp-down",
    title: "Down",
    group: "Cerbos",
    shows: `The gateway reports at once that Cerbos does not answer. The last decisions stay ${AT_MOST}. Without cached decisions, nothing is allowed.`,
    userCan: RETRY,
  },
  {
    name: "pdp-refusing",
    title: "Overloaded",
    group: "Cerbos",
    shows: `Cerbos is overloaded. The client waits, retries twice, and then reports an error. The last decisions stay ${AT_MOST}.`,
    userCan: RETRY,
  },
  {
    name: "pdp-broken",
    title: "A proxy answers instead",
    group: "Cerbos",
    shows:
      "An answer that is not from Cerbos allows nothing, even with status 200. The app treats it as if Cerbos were down.",
    userCan: RETRY,
  },
  {
    name: "gateway-off",
    title: "Off",
    group: "Gateway",
    shows: `Connections end without an answer. The last decisions stay ${AT_MOST}. Without cached decisions, nothing is allowed.`,
    userCan: RETRY,
  },
  {
    name: "clock-ahead",
    title: "Its clock is two hours ahead",
    group: "Gateway",
    shows:
      "To this server, every token seems expired. The app refreshes the token once. From then on, nothing is allowed.",
    userCan: "Nothing, until the server's clock is corrected. Here: choose No fault, then press Start again.",
  },
  {
    name: "clock-behind",
    title: "Its clock is two hours behind",
    group: "Gateway",
    shows: "To this server, every token seems to be from the future. From then on, nothing is allowed.",
    userCan: "Nothing, until the server's clock is corrected. Here: choose No fault, then press Start again.",
  },
  {
    name: "keys-rotated",
    title: "Signs with other keys",
    group: "Kinde",
    shows:
      "The gateway no longer finds the key that signed the user's token, and refuses the token. The app refreshes the token once. From then on, nothing is allowed.",
    userCan: SIGN_IN,
  },
  {
    name: "issuer-down",
    title: "Does not answer the gateway",
    group: "Kinde",
    shows: `This gateway has just started and has no keys to verify tokens. The last decisions stay ${AT_MOST}. A gateway that has keys keeps them for about an hour.`,
    userCan: RETRY,
  },
  {
    name: "token-ends",
    title: "The token expires",
    group: "Kinde",
    shows: `The token is valid for ${TOKEN_LIFETIME_S} seconds and cannot be refreshed. Then nothing is sent, and nothing is allowed.`,
    userCan: SIGN_IN,
    needsLocalKinde: true,
  },
  {
    name: "token-expired",
    title: "The token has expired",
    group: "Kinde",
    shows: "No check is sent with an expired token, and nothing is allowed.",
    userCan: SIGN_IN,
    needsLocalKinde: true,
  },
  {
    name: "offline",
    title: "Offline",
    group: "Browser",
    shows: "Checks wait until the browser is online again. The last decisions stay.",
    userCan: "Reconnect. The app then continues.",
  },
];

/** The faults that can be shown, in the order of the page. */
export const FAULTS: readonly Fault[] = ALL.filter(({ needsLocalKinde }) => !(OWN_KINDE && needsLocalKinde));

/** The fault of a name in an address; no fault for any other name. */
export function faultOf(name: string | null): Fault {
  const fault = FAULTS.find((one) => one.name === name) ?? FAULTS[0];
  if (!fault) throw new Error("FAULTS is empty.");
  return fault;
}
