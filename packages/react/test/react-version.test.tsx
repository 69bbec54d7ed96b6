import { useKindeAuth } from "@kinde-oss/kinde-auth-react";
import { QueryClient, useIsFetching } from "@tanstack/react-query";
import { PersistQueryClientProvider } from "@tanstack/react-query-persist-client";
import reactQuery from "@tanstack/react-query/package.json" with { type: "json" };
import { screen } from "@testing-library/react";
import { type ReactNode, version } from "react";
import { version as domVersion } from "react-dom";
import { version as serverVersion } from "react-dom/server";
import { expect, inject, it } from "vitest";
import { document1, Probe, renderApp } from "./support.tsx";

declare module "vitest" {
  interface ProvidedContext {
    /** How the version of React begins that the configuration of this run means. */
    react: string;
    /** As that, of react-query. */
    reactQuery: string;
  }
}

function OfAll(): ReactNode {
  return (
    <>
      {`${String(useKindeAuth().isAuthenticated)} ${useIsFetching()}`}
      <Probe action="view" resource={document1} onRender={() => undefined} />
    </>
  );
}

it("is the one that this run is meant for", () => {
  expect([version, domVersion, serverVersion]).toEqual(Array(3).fill(expect.stringMatching(`^${inject("react")}\\.`)));
  expect(reactQuery.version).toMatch(new RegExp(`^${inject("reactQuery")}\\.`));
});

it("is one for all: hooks of two copies cannot be called in one render", async () => {
  const persister = { persistClient: () => {}, restoreClient: () => undefined, removeClient: () => {} };
  renderApp(
    <PersistQueryClientProvider client={new QueryClient()} persistOptions={{ persister }}>
      <OfAll />
    </PersistQueryClientProvider>,
  );
  expect(await screen.findByText("allowed alice in org_a")).toBeDefined();
});
