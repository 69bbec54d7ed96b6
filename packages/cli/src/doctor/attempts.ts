import { principalFromClaims, readClaims } from "@kinde-cerbos/core";
import { type OwnCheck } from "./own-check.ts";
import { type Claimed, SOMEONE_ELSE } from "./pdp.ts";
import { type Token } from "./token.ts";

/** A way to send a check that must be denied. */
export interface Attempt {
  /** Description for the report, which continues "Allowed …". */
  readonly how: string;
  readonly principal: Claimed;
  readonly withToken: boolean;
  /** Whether to try it only if the check is denied with the token and its own principal. */
  readonly onlyIfDenied?: boolean;
}

/** Common role names in policies. */
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

/** Returns the principal that an app makes from the token's claims; without a token, one without rights. */
export function principalOf(token: Token | undefined): Claimed {
  if (token === undefined) return { id: "kinde-cerbos-doctor", roles: ["user"], attr: {} };
  return principalFromClaims(readClaims(token.claims));
}

/** Returns what anyone can send to a PDP that they reach directly. */
export function directAttempts({ claimed }: OwnCheck, token: Token | undefined): Attempt[] {
  const user = principalOf(token);
  const roles = [...new Set([...user.roles, ...COMMON_ROLES, ...claimed.roles])];
  const withMoreRoles: Claimed = { id: claimed.id ?? user.id, roles, attr: { ...user.attr, ...claimed.attr } };
  const other = { id: claimed.id ?? SOMEONE_ELSE };
  const more = "more roles, such as admin";
  const same = token === undefined ? "the role user" : "the id, roles and attributes of your user";
  const withoutToken = [
    { how: `without a token, to a caller who claims ${same}`, principal: user, withToken: false },
    { how: `without a token, to a caller who claims ${more}`, principal: withMoreRoles, withToken: false },
  ];
  if (token === undefined) return withoutToken;
  const name = "with your token under another principal id";
  return [
    ...withoutToken,
    { how: name, principal: { ...user, ...other }, withToken: true },
    { how: `${name} and with ${more}`, principal: { ...withMoreRoles, ...other }, withToken: true },
    {
      how: `with your token, once the caller claims ${more}`,
      principal: { ...withMoreRoles, id: user.id },
      withToken: true,
      onlyIfDenied: true,
    },
  ];
}

/** Returns a principal that claims only its own id and the role that everyone has. */
export function principalWithoutClaims(token: Token): Claimed {
  return { id: principalOf(token).id, roles: ["user"], attr: {} };
}

/** Returns what to try through a gateway. It replaces the principal, so a caller cannot claim anything. */
export function gatewayAttempts(token: Token | undefined): Attempt[] {
  return [{ how: "without a token", principal: principalOf(token), withToken: false }];
}
