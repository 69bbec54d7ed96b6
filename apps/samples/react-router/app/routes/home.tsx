import { usePermissionsSession } from "@kinde-cerbos/react/source";
import { Form, Link } from "react-router";
import { listed, viewChecks } from "../../../shared/documents.ts";
import { authorize } from "../authz.server.ts";
import { tokenOf } from "../session.server.ts";
import type { Route } from "./+types/home";

export async function loader({ request }: Route.LoaderArgs) {
  if ((await tokenOf(request)) === null) return [];
  const decisions = await authorize(request, viewChecks());
  return listed(decisions);
}

export default function Home({ loaderData }: Route.ComponentProps) {
  const { status, principal } = usePermissionsSession();
  if (status === "signed_out") return <a href="/login">Sign in</a>;
  return (
    <main>
      <p>Signed in as {principal?.id ?? "…"}</p>
      <ul>
        {loaderData.map(({ id, title }) => (
          <li key={id}>
            <Link to={`/documents/${id}`}>{title}</Link>
          </li>
        ))}
      </ul>
      <Form method="post" action="/logout">
        <button>Sign out</button>
      </Form>
    </main>
  );
}
