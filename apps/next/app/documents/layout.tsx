import { type ReactNode, Suspense } from "react";
import { Workspace } from "./workspace.tsx";

export default function Layout({ children }: { readonly children: ReactNode }) {
  // The user is known only in a request. The rest of the page is prerendered.
  return (
    <Suspense fallback={<p>Loading …</p>}>
      <Workspace>{children}</Workspace>
    </Suspense>
  );
}
