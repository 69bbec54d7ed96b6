import { fieldsOf, isName } from "@kinde-cerbos/core/internal";
import { type RightsChange } from "../events/reported-change.ts";
import { type KindeEvent } from "./kinde-event.ts";

/**
 * The types of events that change rights, and whether Kinde's claims of a user stay cached after it. Kinde documents
 * that updates of a user end the cache, and that permissions of a role and flags of an organization or an environment
 * do not; for what it does not mention, the cache is ended too. It documents no events of feature flags: these names
 * are what they would be called.
 */
const KEEPS_CACHE: ReadonlyMap<string, boolean> = new Map([
  ["user.updated", false],
  ["user.deleted", false],
  ["organization.updated", true],
  ["organization.deleted", true],
  ["role.updated", true],
  ["role.deleted", true],
  ["permission.updated", true],
  ["permission.deleted", true],
  ["feature_flag.created", true],
  ["feature_flag.updated", true],
  ["feature_flag.deleted", true],
]);

/**
 * Returns the change of rights that an event means, for as few users as its data prove: for everybody if they name
 * nobody. `null` if nobody's rights change: a new user, role or permission is assigned by a later event, if at all.
 */
export function changeOf({ type, at, data }: KindeEvent, now: number): RightsChange | null {
  const areClaimsCached = KEEPS_CACHE.get(type);
  if (areClaimsCached === undefined) return null;
  const subject = fieldsOf(data["user"])["id"];
  const organization = fieldsOf(data["organization"])["code"];
  return {
    ...(isName(subject) && { subject }),
    ...(isName(organization) && { organization }),
    // Until the cache is ended, which is later than the event, new tokens have the earlier claims. And Kinde's clock may
    // be ahead: a time to come would outdate tokens that are not issued yet.
    at: areClaimsCached ? now : Math.min(at, now),
    areClaimsCached,
  };
}
