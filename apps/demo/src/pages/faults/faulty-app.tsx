import { invalidateDecisions, PermissionsProvider, type TokenSource } from "@kinde-cerbos/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { type StoredDocument } from "../../../data/document.ts";
import { MAX_AGE_MS } from "./faults.ts";
import { type FaultyPdp } from "./faulty-pdp.ts";
import { SmallApp } from "./small-app.tsx";

interface FaultyAppProps {
  readonly way: FaultyPdp;
  readonly source: TokenSource;
  readonly documents: readonly StoredDocument[];
  readonly onRestart: () => void;
}

const STALE_MS = 10_000;

/** A small app with a way to Cerbos and a token of its own. It has its own cache, so the other pages notice nothing. */
export function FaultyApp({ way, source, documents, onRestart }: FaultyAppProps): ReactNode {
  const [queryClient] = useState(() => new QueryClient());
  return (
    <section className="card fault-app" aria-label="The app">
      <div className="fault-bar">
        <h2>The app</h2>
        <button type="button" onClick={() => void invalidateDecisions(queryClient)}>
          Check again
        </button>
        <button type="button" onClick={onRestart}>
          Start again
        </button>
      </div>
      <QueryClientProvider client={queryClient}>
        <PermissionsProvider pdp={way.pdp} source={source} staleTime={STALE_MS} maxAge={MAX_AGE_MS}>
          <SmallApp documents={documents} />
        </PermissionsProvider>
      </QueryClientProvider>
    </section>
  );
}
