import { resource } from "@kinde-cerbos/core";
import { Can, useCan } from "@kinde-cerbos/react";
import { version } from "react";

const document = resource("document", "1", { orgCode: "org_north", ownerId: "kp_tom" });

/** Shows the actions that the user may perform. */
export function Permissions() {
  const edit = useCan({ action: "edit", resource: document });
  // @ts-expect-error -- a type that was not found would be `any`, which accepts everything
  const nothing: never = edit;
  return (
    <>
      <p>With React {version}.</p>
      <p>
        {edit.isPending
          ? "…"
          : edit.allowed
            ? "You may edit."
            : `You may not edit: ${edit.error?.message ?? "denied"}.`}
      </p>
      <Can action="delete" resource={document} fallback={<p>You may not delete.</p>}>
        <p>You may delete.</p>
      </Can>
      {nothing && null}
    </>
  );
}
