import { createSessionAtOnce, type Fields, fieldsOf } from "@kinde-cerbos/core/internal";
import { claimsOf, firstOrganization, type TestUser } from "../user/test-user.ts";
import { type Expectation } from "./expectations.ts";

/**
 * Returns the user for a policy test; `null` means signed out. `undefined` if the test cannot happen on a page because
 * the token belongs to another user, or because Kinde signs no such token.
 */
export function userOf({ principal, jwt }: Expectation): TestUser | null | undefined {
  const id = String(principal["id"]);
  if (!jwt) return principal["roles"]?.toString() === "anonymous" ? null : userWithoutToken(id, principal);
  if (jwt["sub"] !== undefined && jwt["sub"] !== id) return undefined;
  // The defaults of a test user must not add an organization. Times are removed, because the token must not expire
  // during a test.
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
  // The provider gives every signed-in user the role "user".
  return { id, roles: roles.filter((role) => role !== "user"), claims: { org_code: attr["orgCode"] }, attr };
}
