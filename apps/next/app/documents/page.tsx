import { Can } from "@kinde-cerbos/next/client";
import { HydrationBoundary } from "@tanstack/react-query";
import Link from "next/link";
import { getAuthorizer, prefetchDecisions } from "../../lib/authz.ts";
import { resourceOf } from "../../lib/document.ts";
import { documents } from "../../lib/documents.ts";
import { Toolbar } from "./toolbar.tsx";

/** The documents of the organization. The page includes all decisions, so the browser sends no checks. */
export default async function Page() {
  const authorizer = await getAuthorizer();
  const organization = authorizer?.session.principal.attr["orgCode"];
  const own = [...documents.values()].filter(({ orgCode }) => orgCode === organization);
  const actions = ["view", "edit", "delete"] as const;
  const checks = own.flatMap((document) => actions.map((action) => ({ action, resource: resourceOf(document) })));
  return (
    <HydrationBoundary state={await prefetchDecisions(checks)}>
      <ul>
        {own.map((document) => (
          <li key={document.id}>
            <Can action="view" resource={resourceOf(document)} loading={document.title} fallback={document.title}>
              <Link href={`/documents/${document.id}`}>{document.title}</Link>
            </Can>
            <span>{document.state}</span>
            <Toolbar document={document} />
          </li>
        ))}
      </ul>
    </HydrationBoundary>
  );
}
