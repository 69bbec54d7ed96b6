// A page without Kinde's SDK: two users side by side, each with a provider and a token of their own.
import { PermissionsProvider, tokenSource, useCanActions } from "@kinde-cerbos/react/source";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { ACTIONS, type DocumentRecord, documentResource } from "../../data/documents.ts";

/** What the test gives the page. */
export interface TwoUsers {
  readonly people: readonly { readonly name: string; token: string | null }[];
  readonly documents: readonly DocumentRecord[];
  /** Tells the page that a token has changed. */
  changed?: () => void;
}

declare global {
  interface Window {
    twoUsers: TwoUsers;
  }
}

const { twoUsers } = window;
const listeners = new Set<() => void>();
twoUsers.changed = () => {
  for (const listener of listeners) listener();
};
const sources = twoUsers.people.map((person) =>
  tokenSource({
    getToken: () => person.token,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  }),
);

function Row({ document }: { document: DocumentRecord }): ReactNode {
  const { results } = useCanActions({ actions: ACTIONS, resource: documentResource(document) });
  return ACTIONS.map((action) => (
    <li key={action} data-answer={results[action].status}>{`${document.id} ${action}`}</li>
  ));
}

const root = document.querySelector("#root");
if (root) {
  createRoot(root).render(
    <QueryClientProvider client={new QueryClient()}>
      {twoUsers.people.map(({ name }, at) => (
        <PermissionsProvider key={name} pdp="/authz" source={sources[at]!}>
          <ul aria-label={name}>
            {twoUsers.documents.map((one) => (
              <Row key={one.id} document={one} />
            ))}
          </ul>
        </PermissionsProvider>
      ))}
    </QueryClientProvider>,
  );
}
