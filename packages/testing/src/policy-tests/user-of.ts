import { createSessionAtOnce, type Fields, fieldsOf } from "@kinde-cerbos/core/internal";
import { claimsOf, firstOrganization, type TestUser } from "../user/test-user.ts";
import { type Expectation } from "./expectations.ts";

/**
 * The user of a page on which a policy test can happen; `null` means signed out. `undefined` if there is no such page:
 * the token belongs to another user, or Kinde signs no such token.
 */
export function userOf({ principal, jwt }: Expectation): TestUser | null | undefined {
  const id = String(principal["id"]);
  if (!jwt) return principal["roles"]?.toString() === "anonymous" ? null : userWithoutToken(id, principal);
  if (jwt["sub"] !== undefined && jwt["sub"] !== id) return undefined;
  // Without an organization in the token, there is none. The token does not end: a test has no clock.
  const claims = { org_code: undefined, ...jwt, exp: undefined, iat: undefined, nbf: undefined };
  const user = { id, claims, attr: fieldsOf(principal["attr"]) };
  try {
    createSessionAtOnce(claimsOf(user, firstOrganization(user)), () => "");
    return user;
  } catch {
    return undefined;
  }
}

function userWithoutToken(id: string, principal: Fields): TestUser {
  const attr = fieldsOf(principal["attr"]);
  const roles = Array.isArray(principal["roles"]) ? principal["roles"].map(String) : [];
  // Everyone who is signed in has the role "user".
  return { id, roles: roles.filter((role) => role !== "user"), claims: { org_code: attr["orgCode"] }, attr };
}
