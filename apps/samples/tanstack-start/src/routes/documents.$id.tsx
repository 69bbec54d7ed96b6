import { Can, useCan } from "@kinde-cerbos/react/source";
import { HydrationBoundary } from "@tanstack/react-query";
import { createFileRoute, type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { type resourceOf } from "../../../shared/documents.ts";
import { deleteDocument, loadDocument, renameDocument } from "../functions.ts";

export const Route = createFileRoute("/documents/$id")({
  loader: ({ params: { id } }) => loadDocument({ data: id }),
  component: DocumentPage,
  errorComponent: Failure,
});

function DocumentPage() {
  const { title, resource, decisions } = Route.useLoaderData();
  return (
    <HydrationBoundary state={decisions}>
      <h1>{title}</h1>
      <Toolbar resource={resource} />
      <Link to="/">All documents</Link>
    </HydrationBoundary>
  );
}

function Toolbar({ resource }: { resource: ReturnType<typeof resourceOf> }) {
  const { id } = resource;
  const router = useRouter();
  const edit = useCan({ action: "edit", resource });
  const rename = async (form: FormData) => {
    await renameDocument({ data: form });
    await router.invalidate();
  };
  const remove = async () => {
    await deleteDocument({ data: id });
    await router.navigate({ to: "/" });
  };
  return (
    <form action={rename}>
      <input type="hidden" name="id" value={id} />
      <input name="title" aria-label="New title" />
      <button disabled={!edit.allowed}>{edit.isPending ? "…" : "Rename"}</button>
      <Can action="delete" resource={resource}>
        <button formAction={remove}>Delete</button>
      </Can>
    </form>
  );
}

function Failure({ error }: ErrorComponentProps) {
  return <h1>{error instanceof Error ? error.message : "Something went wrong."}</h1>;
}
