import { claimsFromToken, type KindeClaims } from "@kinde-cerbos/core";
import { isFields, isName, isText } from "@kinde-cerbos/core/internal";
import { type TabMessages } from "../token-source.ts";
import { dropTokens, keepOut, letIn } from "./former-user.ts";
import { refreshesInFlight, refreshKinde } from "./refresh-kinde.ts";
import { markWritten, whenWritten } from "./storage-mark.ts";
import { currentToken } from "./stored-token.ts";

const CHANNEL = "kinde-cerbos";
/** The key with which Kinde's SDK tells all tabs that one of them signs out. */
const KINDE_SIGNS_OUT = "performing_logout0";

/** The signed-in user, as tabs tell each other. No token goes over the channel. */
interface SignedInUser {
  /** Client id: two applications may be on one origin. */
  readonly client: unknown;
  /** `null` after a sign-out. */
  readonly user: string | null;
  readonly org: string | null;
  /** The mark by which another tab knows that it sees this tab's refresh token: see storage-mark.ts. */
  readonly written?: number | null;
}

/** Tabs with Kinde's SDK: all of them share Kinde's refresh token, so a refresh here gets what the other tab has. */
export function createKindeTabs(): TabMessages {
  let channel: BroadcastChannel | null = null;
  let last: SignedInUser | null = null;

  const followTo = async (there: SignedInUser | null, beginSwitch: () => () => void): Promise<void> => {
    const token = await currentToken();
    const here = userIn(token);
    if (!here?.user || (there && (there.client !== here.client || isSame(here, there)))) return;
    const end = beginSwitch();
    const isAnother = there?.user !== here.user;
    try {
      if (isAnother) {
        // The other tab already knows. If nobody is signed in here afterwards, do not report a sign-out.
        last = null;
        if (there?.user) letIn(there.user);
        await keepOut(here.user, refreshesInFlight());
      }
      if (there?.user) {
        await whenWritten(there.written);
        await refreshKinde(isAnother ? token : undefined).catch(() => null);
      }
      // Another user's tab must not go on as this one; another organization's may.
      if (there?.user !== userIn(await currentToken())?.user) await dropTokens();
    } finally {
      end();
    }
  };

  return {
    follow(beginSwitch) {
      const followQuietly = (there: SignedInUser | null): void => void followTo(there, beginSwitch).catch(() => {});
      const onMessage = ({ data }: MessageEvent<unknown>): void => {
        if (isSignedInUser(data)) followQuietly(data);
      };
      const onStorage = ({ key, newValue }: StorageEvent): void => {
        if (key === KINDE_SIGNS_OUT && newValue === "true") followQuietly(null);
      };
      channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(CHANNEL);
      channel?.addEventListener("message", onMessage);
      window.addEventListener("storage", onStorage);
      return () => {
        channel?.close();
        window.removeEventListener("storage", onStorage);
      };
    },
    tell(claims) {
      const before = last;
      // A page that starts without a user has not signed out.
      const now = userOf(claims) ?? (before && { ...before, user: null, org: null });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origin
      if (now && !isSame(before, now)) channel?.postMessage({ ...now, written: markWritten() });
      last = now;
    },
  };
}

/**
 * Whether a message has the shape of ours. Any script of this origin can write to the channel, and a message that is
 * not understood must not end a session. After a sign-out there is neither a user nor an organization.
 */
function isSignedInUser(message: unknown): message is SignedInUser {
  if (!isFields(message)) return false;
  const { user, org } = message;
  return user === null ? org === null : isName(user) && (org === null || isText(org));
}

function userIn(token: string | undefined): SignedInUser | null {
  return userOf(token === undefined ? null : claimsFromToken(token));
}

function userOf(claims: KindeClaims | null): SignedInUser | null {
  return claims && { client: claims.azp, user: claims.sub, org: claims.org_code ?? null };
}

function isSame(one: SignedInUser | null, other: SignedInUser): boolean {
  return one?.user === other.user && one.org === other.org;
}
