import { type ReactNode, Suspense } from "react";
import { type PageInfo } from "../pages/pages.ts";
import { codeUrl } from "../repository.ts";
import { PageErrors } from "./page-errors.tsx";
import { usePageHead } from "./use-page-head.ts";

/** A page below its heading, which is there before the page is loaded. */
export function PageFrame({ page: { title, intro, code, Page } }: { readonly page: PageInfo }): ReactNode {
  const heading = usePageHead(title, intro);
  return (
    <main id="main" tabIndex={-1} className="page">
      <header className="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <p className="lead">{intro}</p>
        <a className="code-link" href={codeUrl(code)}>
          Code of this page
        </a>
      </header>
      <PageErrors>
        <Suspense fallback={<p className="page-wait">Loading…</p>}>
          <Page />
        </Suspense>
      </PageErrors>
    </main>
  );
}
