import { principalFromClaims, readClaims } from "@kinde-cerbos/core";
import { type OwnCheck } from "./own-check.ts";
import { type Claimed, SOMEONE_ELSE } from "./pdp.ts";
import { type Token } from "./token.ts";

/** A way to send a check that must be denied, because the token does not give the right. */
export interface Attempt {
  /** Continues "Allowed …". */
  readonly how: string;
  readonly principal: Claimed;
  readonly withToken: boolean;
  /** Whether it proves something only if the check is denied with the token and its own principal. */
  readonly onlyIfDenied?: boolean;
}

/** Roles that policies commonly name. */
const COMMON_ROLES: readonly string[] = [
  "admin",
  "administrator",
  "superadmin",
  "super_admin",
  "root",
  "owner",
  "manager",
  "moderator",
  "editor",
  "maintainer",
  "developer",
  "support",
  "staff",
  "employee",
  "member",
  "customer",
  "user",
  "viewer",
];

/** The principal that an app makes of the token's claims; without a token, one without rights. */
export function principalOf(token: Token | undefined): Claimed {
  if (token === undefined) return { id: "kinde-cerbos-doctor", roles: ["user"], attr: {} };
  return principalFromClaims(readClaims(token.claims));
}

/** What anyone can send to a PDP that they reach directly. */
export function directAttempts({ claimed }: OwnCheck, token: Token | undefined): Attempt[] {
  const user = principalOf(token);
  const roles = [...new Set([...user.roles, ...COMMON_ROLES, ...claimed.roles])];
  const boaster: Claimed = { id: claimed.id ?? user.id, roles, attr: { ...user.attr, ...claimed.attr } };
  const other = { id: claimed.id ?? SOMEONE_ELSE };
  const more = "more roles, such as admin";
  const same = token === undefined ? "the role user" : "the id, roles and attributes of your user";
  const withoutToken = [
    { how: `without a token, to a caller who claims ${same}`, principal: user, withToken: false },
    { how: `without a token, to a caller who claims ${more}`, principal: boaster, withToken: false },
  ];
  if (token === undefined) return withoutToken;
  const name = "with your token under another principal id";
  return [
    ...withoutToken,
    { how: name, principal: { ...user, ...other }, withToken: true },
    { how: `${name} and with ${more}`, principal: { ...boaster, ...other }, withToken: true },
    {
      how: `with your token, once the caller claims ${more}`,
      principal: { ...boaster, id: user.id },
      withToken: true,
      onlyIfDenied: true,
    },
  ];
}

/** A caller who claims nothing but their own name, and the one role that everyone has. */
export function bareOf(token: Token): Claimed {
  return { id: principalOf(token).id, roles: ["user"], attr: {} };
}

/** What is left to try through a gateway: it replaces the principal, so nothing can be claimed there. */
export function gatewayAttempts(token: Token | undefined): Attempt[] {
  return [{ how: "without a token", principal: principalOf(token), withToken: false }];
}
