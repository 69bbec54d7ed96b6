import { isFields } from "@kinde-cerbos/core/internal";
import { type TokenSource } from "@kinde-cerbos/react/source";

const CHANNEL = "kinde-cerbos next";

/** The user and organization of a tab. No token and no other claim is sent over the channel. */
interface TabUser {
  /** `null` if nobody is signed in. */
  readonly user: string | null;
  readonly org: string | null;
}

/**
 * Creates the channel between tabs of one browser, which share their cookies. A message of another tab only triggers a
 * session request.
 *
 * @param load requests the session from the server
 */
export function createTabs(load: () => Promise<unknown>): NonNullable<TokenSource["tabs"]> {
  let channel: BroadcastChannel | undefined;
  let here: TabUser | undefined;
  return {
    follow(beginSwitch) {
      channel = new BroadcastChannel(CHANNEL);
      channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
        if (!here || !isTabUser(data) || isSame(here, data)) return;
        const end = beginSwitch();
        void load()
          .catch(() => {})
          .finally(end);
      });
      return () => {
        channel?.close();
        channel = undefined;
      };
    },
    tell(claims) {
      const now = { user: claims?.sub ?? null, org: claims?.org_code ?? null };
      if (here && isSame(here, now)) return;
      here = now;
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origin
      channel?.postMessage(now);
    },
  };
}

function isTabUser(message: unknown): message is TabUser {
  if (!isFields(message)) return false;
  return [message["user"], message["org"]].every((part) => part === null || typeof part === "string");
}

function isSame(one: TabUser, other: TabUser): boolean {
  return one.user === other.user && one.org === other.org;
}
