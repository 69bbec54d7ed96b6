import { createRootRoute, HeadContent, Outlet, Scripts } from "@tanstack/react-router";
import { Permissions } from "../../../shared/permissions.tsx";
import { getClaims } from "../functions.ts";

export const Route = createRootRoute({
  head: () => ({ meta: [{ charSet: "utf-8" }, { title: "Documents" }], links: [{ rel: "icon", href: "data:," }] }),
  loader: async () => ({ claims: await getClaims() }),
  component: App,
});

function App() {
  const { claims } = Route.useLoaderData();
  return (
    <html lang="en">
      <head>
        <HeadContent />
      </head>
      <body>
        <Permissions claims={claims}>
          <Outlet />
        </Permissions>
        <Scripts />
      </body>
    </html>
  );
}
