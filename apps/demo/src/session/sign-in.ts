import { usePermissionsSession } from "@kinde-cerbos/react";
import { useKindeAuth } from "@kinde-oss/kinde-auth-react";
import { useCallback, useEffect } from "react";
import { useLocation } from "wouter";

/** The key for the place where a sign-in began. Kinde always returns to the first page. */
const STORAGE_KEY = "return-to";

/** Signs in, and comes back to the same place. */
export function useSignIn(): () => void {
  const { login } = useKindeAuth();
  return useCallback(() => {
    const { pathname, search, hash } = window.location;
    const place = pathname + search + hash;
    // Browsers read an address that begins with two slashes as another site.
    if (place !== "/" && !place.startsWith("//")) sessionStorage.setItem(STORAGE_KEY, place);
    // Remove the place of an unfinished sign-in.
    else sessionStorage.removeItem(STORAGE_KEY);
    void login();
  }, [login]);
}

/** Goes back to where the sign-in began, once. */
export function useReturnAfterSignIn(): void {
  const { status } = usePermissionsSession();
  const [, navigate] = useLocation();
  useEffect(() => {
    if (status !== "authenticated") return;
    const place = sessionStorage.getItem(STORAGE_KEY);
    if (place === null) return;
    sessionStorage.removeItem(STORAGE_KEY);
    navigate(place, { replace: true });
  }, [status, navigate]);
}
