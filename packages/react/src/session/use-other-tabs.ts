"use client";

import { claimsFromToken, type Session } from "@kinde-cerbos/core";
import { isFields } from "@kinde-cerbos/core/internal";
import { useEffect, useRef } from "react";
import { dropTokens, keepOut, letIn } from "../sources/kinde-react/former-user.ts";
import { refreshesInFlight, refreshKinde } from "../sources/kinde-react/kinde-tokens.ts";
import { markWritten, whenWritten } from "../sources/kinde-react/storage-mark.ts";
import { currentToken } from "../sources/kinde-react/stored-token.ts";

const CHANNEL = "kinde-cerbos";
/** Where Kinde's SDK notes, for all tabs, that one of them signs out. */
const KINDE_SIGNS_OUT = "performing_logout0";

/** Who is signed in, as tabs tell each other. No token goes over the channel. */
interface Holder {
  /** Client id: two applications may be on one origin. */
  readonly client: unknown;
  /** `null` after a sign-out. */
  readonly user: string | null;
  readonly org: string | null;
  /** By what another tab knows that it sees the refresh token of this one: see storage-mark.ts. */
  readonly written?: number | null;
}

/**
 * Tells the other tabs who is signed in here, and follows them: a sign-out or a
 * switch of the organization in one of them is one here. All tabs share Kinde's
 * refresh token, so a refresh gets what the other tab has.
 */
export function useOtherTabs(session: Session | null, beginSwitch: () => () => void): void {
  const channel = useRef<BroadcastChannel | null>(null);
  const last = useRef<Holder | null>(null);
  useEffect(() => {
    const follow = async (there: Holder | null): Promise<void> => {
      const token = await currentToken();
      const here = signedIn(token);
      if (!here?.user || (there && (there.client !== here.client || isSame(here, there)))) return;
      const end = beginSwitch();
      const isAnother = there?.user !== here.user;
      try {
        if (isAnother) {
          // The other tab knows. If this one becomes nobody's, that is no sign-out.
          last.current = null;
          if (there?.user) letIn(there.user);
          await keepOut(here.user, refreshesInFlight());
        }
        if (there?.user) {
          await whenWritten(there.written);
          await refreshKinde(isAnother ? token : undefined).catch(() => null);
        }
        // Another user's tab must not go on as this one; another organization's may.
        if (there?.user !== signedIn(await currentToken())?.user) await dropTokens();
      } finally {
        end();
      }
    };
    const onMessage = ({ data }: MessageEvent<unknown>): void => {
      if (isHolder(data)) void follow(data).catch(() => {});
    };
    const onStorage = ({ key, newValue }: StorageEvent): void => {
      if (key === KINDE_SIGNS_OUT && newValue === "true") void follow(null).catch(() => {});
    };
    channel.current = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(CHANNEL);
    channel.current?.addEventListener("message", onMessage);
    window.addEventListener("storage", onStorage);
    return () => {
      channel.current?.close();
      window.removeEventListener("storage", onStorage);
    };
  }, [beginSwitch]);

  useEffect(() => {
    if (!session) return;
    const before = last.current;
    // A page that begins with nobody has not signed out.
    const now = signedIn(session.token ?? undefined) ?? (before && { ...before, user: null, org: null });
    if (now && !isSame(before, now)) channel.current?.postMessage({ ...now, written: markWritten() });
    last.current = now;
  }, [session]);
}

/**
 * Whether a message has the shape of ours. Any script of this origin can write to the channel, and a message that is
 * not understood must not end a session. After a sign-out there is neither a user nor an organization.
 */
function isHolder(message: unknown): message is Holder {
  if (!isFields(message)) return false;
  const { user, org } = message;
  return user === null ? org === null : isText(user) && user !== "" && (org === null || isText(org));
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function signedIn(token: string | undefined): Holder | null {
  if (token === undefined) return null;
  const { azp, sub, org_code: org = null } = claimsFromToken(token);
  return { client: azp, user: sub, org };
}

function isSame(one: Holder | null, other: Holder): boolean {
  return one?.user === other.user && one.org === other.org;
}
