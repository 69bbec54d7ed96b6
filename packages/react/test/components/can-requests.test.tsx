// What the testing kit does not show: requests and what is in them, Kinde, and the cache.
import { Can, ResourceProvider } from "@kinde-cerbos/react";
import { QueryClient } from "@tanstack/react-query";
import { fireEvent, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import {
  after,
  answerTo,
  decidingPdp,
  document1,
  FakeKinde,
  fakePdp,
  renderApp,
  settle,
  slowPdp,
  tokenOf,
} from "../support.tsx";
import { can, Counter, shown } from "./can-cases.tsx";

describe("what Can sends", () => {
  it("once, for all that ask the same", async () => {
    const pdp = fakePdp();
    renderApp(
      <>
        {can()}
        {can()}
      </>,
      { pdp },
    );
    await settle();
    expect(pdp.requests).toHaveLength(1);
    expect(shown()).toBe("childrenchildren");
  });

  it("several actions as one entry of one request; all must be allowed by default", async () => {
    const pdp = decidingPdp((action) => (action === "delete" ? "EFFECT_DENY" : "EFFECT_ALLOW"));
    renderApp(
      <Can
        actions={["view", "edit", "delete"]}
        resource={document1}
        fallback={(result) => `not ${result.decision?.action}`}
      >
        children
      </Can>,
      { pdp },
    );
    await settle();
    expect(shown()).toBe("not delete");
    expect(pdp.requests.map(({ body }) => body.resources.map(({ actions }) => actions))).toEqual([
      [["view", "edit", "delete"]],
    ]);
  });

  it("the resource of a ResourceProvider for all below it that name none", async () => {
    const pdp = fakePdp();
    renderApp(
      <ResourceProvider resource={document1}>
        <Can action="edit">Edit</Can>
        <Can action="view" resource={{ ...document1, id: "2" }}>
          View
        </Can>
      </ResourceProvider>,
      { pdp },
    );
    await settle();
    expect(shown()).toBe("EditView");
    expect(pdp.requests.map(({ body }) => body.resources.map(({ resource }) => resource.id))).toEqual([["1", "2"]]);
  });
});

describe("what Can shownOnceSettled with not", () => {
  it("never its children before Kinde has said who the user is, nor where that fails", async () => {
    for (const kinde of [new FakeKinde().signIn().update({ isLoading: true }), new FakeKinde().signIn("not a token")]) {
      const { unmount } = renderApp(
        <Can action="edit" resource={document1} not>
          children
        </Can>,
        { kinde },
      );
      await settle();
      expect(shown()).not.toContain("children");
      unmount();
    }
  });
});

describe("what changes while Can is there", () => {
  it("nothing asked and nothing decided again for equal props", async () => {
    const pdp = fakePdp();
    renderApp(<Counter />, { pdp });
    await settle();
    fireEvent.click(screen.getByRole("button"));
    fireEvent.click(screen.getByRole("button"));
    await settle();
    expect(pdp.requests).toHaveLength(1);
  });

  it("nothing once it is gone", async () => {
    const queryClient = new QueryClient();
    const pdp = fakePdp();
    const { unmount } = renderApp(can(), { pdp, queryClient });
    await settle();
    unmount();
    await after(() => queryClient.invalidateQueries());
    expect(pdp.requests).toHaveLength(1);
  });

  it("nothing for what becomes of the session before", async () => {
    const kinde = new FakeKinde().signIn();
    const pdp = slowPdp();
    renderApp(can(), { kinde, pdp });
    await settle();
    await after(() => kinde.signIn(tokenOf({ org_code: "org_b" })));
    pdp.requests.splice(0);
    await after(pdp.answer);
    expect(shown()).toBe("children");
    expect(pdp.requests).toEqual([]);
  });

  it("the policy, once the app has the decisions asked anew", async () => {
    let effect: "EFFECT_ALLOW" | "EFFECT_DENY" = "EFFECT_ALLOW";
    const queryClient = new QueryClient();
    const pdp = fakePdp((body) => answerTo(body, () => effect));
    renderApp(can(), { pdp, queryClient });
    await settle();
    expect(shown()).toBe("children");
    effect = "EFFECT_DENY";
    await after(() => queryClient.invalidateQueries());
    expect(shown()).toBe("fallback");
  });
});
