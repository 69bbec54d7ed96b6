import { notFound } from "next/navigation";
import { getAuthorizer } from "../../../lib/authz.ts";
import { resourceOf } from "../../../lib/document.ts";
import { documents } from "../../../lib/documents.ts";
import { Toolbar } from "../toolbar.tsx";

/**
 * A document, for users who may view it. The toolbar's decisions are not prefetched, so the browser sends one request.
 */
export default async function Page({ params }: PageProps<"/documents/[id]">) {
  const document = documents.get((await params).id);
  if (!document) notFound();
  const authorizer = await getAuthorizer();
  const decision = await authorizer?.check({ action: "view", resource: resourceOf(document) });
  if (!decision?.allowed) notFound();
  return (
    <main>
      <h1>{document.title}</h1>
      <p>{document.state}</p>
      <Toolbar document={document} />
    </main>
  );
}
