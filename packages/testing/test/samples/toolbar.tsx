import { Can, useCan } from "@kinde-cerbos/react";

export function Toolbar({ id, ownerId }: { id: string; ownerId: string }) {
  const resource = { kind: "document", id, attr: { ownerId } } as const;
  const edit = useCan({ action: "edit", resource });
  return (
    <>
      <button disabled={!edit.allowed}>{edit.isPending ? "…" : "Edit"}</button>
      <Can action="delete" resource={resource} error="Try again later">
        <button>Delete</button>
      </Can>
    </>
  );
}
