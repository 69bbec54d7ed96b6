import { resource } from "@kinde-cerbos/core";
import { Can, usePermissionsSession } from "@kinde-cerbos/react";
import { useKindeAuth } from "@kinde-oss/kinde-auth-react";

/** A draft that Tom owns. In your app, it comes from your API. */
const draft = resource("document", "1", { orgCode: "org_north", ownerId: "kp_tom", state: "draft" });

/** An example of permission checks. Delete this file when you have your own. */
export function PermissionsExample() {
  const { isLoading, isAuthenticated, login, logout } = useKindeAuth();
  const { orgCode } = usePermissionsSession();
  if (isLoading) return <p>Loading…</p>;
  if (!isAuthenticated) {
    return (
      <button type="button" onClick={() => void login()}>
        Sign in
      </button>
    );
  }
  return (
    <section aria-label="Permissions">
      <p>You are signed in to {orgCode}. What may you do with Tom's draft?</p>
      <Can action="edit" resource={draft} fallback={<p>Only its owner edits it.</p>}>
        <button type="button">Edit</button>
      </Can>
      <Can action="delete" resource={draft} fallback={<p>Only an administrator deletes it.</p>}>
        <button type="button">Delete</button>
      </Can>
      <button type="button" onClick={() => void logout()}>
        Sign out
      </button>
    </section>
  );
}
