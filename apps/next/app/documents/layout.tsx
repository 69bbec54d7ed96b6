import { type ReactNode, Suspense } from "react";
import { Workspace } from "./workspace.tsx";

export default function Layout({ children }: { readonly children: ReactNode }) {
  // Who is signed in is known at the request only. The rest of the page is built in advance.
  return (
    <Suspense fallback={<p>Loading …</p>}>
      <Workspace>{children}</Workspace>
    </Suspense>
  );
}
