import { Can, useCan } from "@kinde-cerbos/react/source";
import { HydrationBoundary } from "@tanstack/react-query";
import { data, Form, isRouteErrorResponse, Link, redirect } from "react-router";
import { documents, resourceOf, textIn } from "../../../shared/documents.ts";
import { prefetch } from "../../../shared/prefetch.ts";
import { requireAllowed } from "../authz.server.ts";
import type { Route } from "./+types/document";

function find(id: string) {
  const document = documents.get(id);
  if (!document) throw data(null, { status: 404 });
  return { document, resource: resourceOf(id, document) };
}

export async function loader({ request, params: { id } }: Route.LoaderArgs) {
  const { document, resource } = find(id);
  const session = await requireAllowed(request, { action: "view", resource });
  const decisions = await prefetch(session, [
    { action: "edit", resource },
    { action: "delete", resource },
  ]);
  return { title: document.title, resource, decisions };
}

export async function action({ request, params: { id } }: Route.ActionArgs) {
  const { document, resource } = find(id);
  const form = await request.formData();
  // Hiding the button protects nothing. This check decides.
  if (textIn(form, "intent") === "delete") {
    await requireAllowed(request, { action: "delete", resource });
    documents.delete(id);
    return redirect("/");
  }
  await requireAllowed(request, { action: "edit", resource });
  document.title = textIn(form, "title");
  return null;
}

export default function DocumentPage({ loaderData: { title, resource, decisions } }: Route.ComponentProps) {
  return (
    <HydrationBoundary state={decisions}>
      <h1>{title}</h1>
      <Toolbar resource={resource} />
      <Link to="/">All documents</Link>
    </HydrationBoundary>
  );
}

function Toolbar({ resource }: { resource: ReturnType<typeof resourceOf> }) {
  const edit = useCan({ action: "edit", resource });
  return (
    <Form method="post">
      <input name="title" aria-label="New title" />
      <button disabled={!edit.allowed}>{edit.isPending ? "…" : "Rename"}</button>
      <Can action="delete" resource={resource}>
        <button name="intent" value="delete">
          Delete
        </button>
      </Can>
    </Form>
  );
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  const status = isRouteErrorResponse(error) ? error.status : 500;
  if (status === 401) return <a href="/login">Sign in</a>;
  return <h1>{status === 403 ? "You may not do this." : `Error ${status}`}</h1>;
}
