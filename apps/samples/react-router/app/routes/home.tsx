import { usePermissionsSession } from "@kinde-cerbos/react/source";
import { Form, Link } from "react-router";
import { documents } from "../../../shared/documents.ts";
import type { Route } from "./+types/home";

export function loader() {
  return [...documents].map(([id, { title }]) => ({ id, title }));
}

export default function Home({ loaderData }: Route.ComponentProps) {
  const { status, principal } = usePermissionsSession();
  if (status === "signed_out") return <a href="/login">Log in</a>;
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
        <button>Log out</button>
      </Form>
    </main>
  );
}
