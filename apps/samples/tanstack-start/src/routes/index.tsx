import { usePermissionsSession } from "@kinde-cerbos/react/source";
import { createFileRoute, Link } from "@tanstack/react-router";
import { listDocuments } from "../functions.ts";

export const Route = createFileRoute("/")({ loader: () => listDocuments(), component: Home });

function Home() {
  const { status, principal } = usePermissionsSession();
  const list = Route.useLoaderData();
  if (status === "signed_out") return <a href="/login">Sign in</a>;
  return (
    <main>
      <p>Signed in as {principal?.id ?? "…"}</p>
      <ul>
        {list.map(({ id, title }) => (
          <li key={id}>
            <Link to="/documents/$id" params={{ id }}>
              {title}
            </Link>
          </li>
        ))}
      </ul>
      <form method="post" action="/logout">
        <button>Sign out</button>
      </form>
    </main>
  );
}
