import { type Authorizer, AuthzError, type Resource } from "@kinde-cerbos/core";
import {
  Can,
  ensureCan,
  ResourceProvider,
  useAuthorizer,
  useCan,
  useCanActions,
  useCanCallback,
  useCanList,
} from "@kinde-cerbos/react";
import { QueryClient } from "@tanstack/react-query";
import { type ReactNode } from "react";
import { describe, expect, it } from "vitest";
import { after, fakePdp, renderApp, settle } from "./support.tsx";

/** A resource as an app in JavaScript has it, with the number that its database knows it by. */
const row: Resource = JSON.parse('{ "kind": "document", "id": 42 }');
const MESSAGE =
  'The check of "view" on kind "document" has no resource.id: it is of type number. It must be a string. ' +
  "Write String(id).";

const shown = (error: Error | null): string =>
  error instanceof AuthzError ? `${error.code} ${error.message}` : String(error);
const checks: (() => ReactNode)[] = [
  function UseCan() {
    return shown(useCan({ action: "view", resource: row }).error);
  },
  function UseCanActions() {
    return shown(useCanActions({ actions: ["view"], resource: row }).error);
  },
  function UseCanList() {
    return shown(useCanList({ action: "view", resources: [row, { ...row, id: "1" }] }).error);
  },
  function CanOfProvider() {
    return (
      <ResourceProvider resource={row}>
        <Can action="view" error={shown}>
          allowed
        </Can>
      </ResourceProvider>
    );
  },
];

describe("an id that is a number", () => {
  it.each(checks)("of %s is an error that says String(id)", async (Check) => {
    const { container } = renderApp(<Check />);
    await settle();
    expect(container.textContent).toBe(`invalid_check ${MESSAGE}`);
  });

  it("in an event handler and in a loader rejects with the same, and nothing is asked", async () => {
    const failures: string[] = [];
    const keep = (error: unknown): void => void failures.push(error instanceof Error ? error.message : "no error");
    let ask: (() => void) | undefined;
    const Asking = (): ReactNode => {
      const can = useCanCallback();
      const authorizer: Authorizer | null = useAuthorizer();
      ask = () => {
        can({ action: "view", resource: row }).catch(keep);
        ensureCan(new QueryClient(), authorizer, { action: "view", resource: row }).catch(keep);
      };
      return null;
    };
    const pdp = fakePdp();
    renderApp(<Asking />, { pdp });
    await settle();
    await after(() => ask?.());
    expect(failures).toEqual([MESSAGE, MESSAGE]);
    expect(pdp.requests).toEqual([]);
  });
});
