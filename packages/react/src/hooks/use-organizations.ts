"use client";

import { type Fields, isFields } from "@kinde-cerbos/core/internal";
import { useMemo } from "react";
import { useIdToken } from "../sources/kinde-react/stored-token.ts";

/** An organization that the user is a member of. */
export interface Organization {
  /** Kinde organization code. */
  readonly code: string;
  /** Its name, where the id token has it; else its code. */
  readonly name: string;
}

const NONE: readonly Organization[] = [];

/**
 * The organizations of the user, from Kinde's id token: the access token has only
 * the present one. For the screen; Kinde decides who may switch where.
 *
 * @throws AuthzError `no_provider` outside of KindeProvider
 */
export function useOrganizations(): readonly Organization[] {
  const token = useIdToken();
  return useMemo(() => (token === undefined ? NONE : organizationsOf(payloadOf(token()))), [token]);
}

function organizationsOf(claims: Fields): readonly Organization[] {
  // Names are opt-in in Kinde; codes are always there.
  const named = arrayOf(claims["organizations"] ?? claims["x-hasura-organizations"]).flatMap((entry) =>
    isFields(entry) && typeof entry["id"] === "string" && typeof entry["name"] === "string"
      ? [{ code: entry["id"], name: entry["name"] }]
      : [],
  );
  const codes = arrayOf(claims["org_codes"] ?? claims["x-hasura-org-codes"]).filter((code) => typeof code === "string");
  const unnamed = codes.filter((code) => !named.some((organization) => organization.code === code));
  return [...named, ...unnamed.map((code) => ({ code, name: code }))];
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** What a token says that no PDP sees; nothing where it cannot be read. */
function payloadOf(token: string): Fields {
  try {
    const body = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(body), (char) => char.charCodeAt(0));
    const payload: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isFields(payload) ? payload : {};
  } catch {
    return {};
  }
}
