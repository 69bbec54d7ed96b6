import { type CanResult, useCan } from "@kinde-cerbos/react";
import { keepPreviousData, QueryClient } from "@tanstack/react-query";
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { Profiler, type ReactNode, useLayoutEffect, useState } from "react";
import { describe, expect, it } from "vitest";
import {
  after,
  answerTo,
  decidingPdp,
  document1,
  FakeKinde,
  fakePdp,
  Probe,
  renderApp,
  settle,
  slowPdp,
  UNAVAILABLE,
} from "../support.tsx";

const ignore = (): void => undefined;

/** A list of components of which each asks for itself. */
function List({
  ids,
  onRender = ignore,
}: {
  ids: readonly number[];
  onRender?: (result: CanResult) => void;
}): ReactNode {
  return ids.map((id, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- the same document may be there twice
    <Probe key={index} action="view" resource={{ kind: "document", id: `${id}` }} onRender={onRender} />
  ));
}

/** A list of another length after each click. */
function Changing({ counts }: { counts: readonly number[] }): ReactNode {
  const [turn, setTurn] = useState(0);
  return (
    <>
      <button type="button" aria-label="next" onClick={() => setTurn(turn + 1)} />
      <List ids={[1, 2, 3, 4].slice(0, counts[turn])} />
    </>
  );
}

/** Allows at first; then answers as the test wants. */
function changingPdp(next: () => unknown) {
  let count = 0;
  return fakePdp((body) => {
    count += 1;
    return count === 1 ? answerTo(body) : (next() ?? answerTo(body, () => "EFFECT_DENY"));
  });
}

describe("promise 1: one page, few requests", () => {
  const hundredOnSixty = Array.from({ length: 100 }, (_, index) => index % 60);

  it.each([false, true])("100 components on 60 resources send 2 requests (StrictMode: %s)", async (strict) => {
    const pdp = fakePdp();
    renderApp(<List ids={hundredOnSixty} />, { pdp, strict });
    await settle();
    expect(pdp.requests.map(({ body }) => body.resources.length)).toEqual([50, 10]);
    expect(screen.getAllByText("allowed alice in org_a")).toHaveLength(100);
  });

  it("several actions of one resource share an entry", async () => {
    const pdp = fakePdp();
    const actions = ["view", "edit", "delete", "view"];
    renderApp(
      actions.map((action, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- the same action is there twice
        <Probe key={index} action={action} resource={document1} onRender={ignore} />
      )),
      { pdp },
    );
    await settle();
    expect(pdp.requests.map(({ body }) => body.resources.map((entry) => entry.actions))).toEqual([
      [["view", "edit", "delete"]],
    ]);
  });

  it("each component gets its own answer", async () => {
    const pdp = decidingPdp((_, { id }) => (Number(id) % 2 ? "EFFECT_ALLOW" : "EFFECT_DENY"));
    renderApp(<List ids={[0, 1, 2, 3]} />, { pdp });
    await settle();
    expect(screen.getAllByText(/./).map((element) => element.textContent?.split(" ")[0])).toEqual([
      "denied",
      "allowed",
      "denied",
      "allowed",
    ]);
  });

  it("components that come later ask for what is new only", async () => {
    const pdp = fakePdp();
    renderApp(<Changing counts={[2, 4]} />, { pdp });
    await settle();
    fireEvent.click(screen.getByRole("button"));
    await settle();
    expect(pdp.requests.map(({ body }) => body.resources.map(({ resource }) => resource.id))).toEqual([
      ["1", "2"],
      ["3", "4"],
    ]);
  });

  it.each([1, 100])("%i components: one commit for pending, one for all answers", async (count) => {
    const queryClient = new QueryClient();
    const commits: string[] = [];
    const ids = Array.from({ length: count }, (_, index) => index);
    const kinde = new FakeKinde().signIn();
    const Later = (): ReactNode => {
      const [isShown, show] = useState(false);
      return (
        <>
          <button type="button" aria-label="show" onClick={() => show(true)} />
          {isShown && (
            <Profiler id="list" onRender={(_, phase) => commits.push(phase)}>
              <List ids={ids} />
            </Profiler>
          )}
        </>
      );
    };
    renderApp(<Later />, { kinde, queryClient, maxResources: 500 });
    await settle();
    fireEvent.click(screen.getByRole("button"));
    await settle();
    expect(screen.getAllByText("allowed alice in org_a")).toHaveLength(count);
    expect(commits).toEqual(["mount", "update"]);
    await after(() => queryClient.invalidateQueries());
    expect(commits).toEqual(["mount", "update"]);
  });

  it("each component renders twice: pending, then with its answer", async () => {
    const statuses: string[] = [];
    renderApp(<List ids={[1, 2, 3]} onRender={({ status }) => statuses.push(status)} />);
    await settle();
    expect(statuses.filter((status) => status === "allowed")).toHaveLength(3);
    // Pending while the session is made, and while the decision is.
    expect(statuses.filter((status) => status === "pending")).toHaveLength(6);
  });
});

describe("promise 10: a request is aborted when its last component leaves", () => {
  it("and not before", async () => {
    const pdp = slowPdp();
    renderApp(<Changing counts={[2, 1, 0]} />, { pdp });
    await settle();
    fireEvent.click(screen.getByRole("button"));
    expect(pdp.requests[0]?.signal.aborted).toBe(false);
    fireEvent.click(screen.getByRole("button"));
    await settle();
    expect(pdp.requests[0]?.signal.aborted).toBe(true);
  });
});

describe("promise 8: a decision that is asked again", () => {
  it("shows the last one meanwhile, then the new one", async () => {
    const seen: string[] = [];
    const queryClient = new QueryClient();
    const pdp = changingPdp(() => undefined);
    renderApp(<List ids={[1]} onRender={({ status }) => seen.push(status)} />, { pdp, queryClient });
    await settle();
    seen.length = 0;
    await after(() => queryClient.invalidateQueries());
    expect(seen).toEqual(["denied"]);
  });

  it.each([
    ["the PDP does not answer", UNAVAILABLE],
    ["the PDP does not answer in time", { code: 4, details: "deadline exceeded" }],
  ])("stays where %s, with the error, and is confirmed or changed later", async (_, fault) => {
    const queryClient = new QueryClient();
    let isDown = true;
    const pdp = changingPdp(() => (isDown ? Promise.reject(fault) : undefined));
    const results: CanResult[] = [];
    renderApp(<List ids={[1]} onRender={(result) => results.push(result)} />, { pdp, queryClient });
    await screen.findByText("allowed alice in org_a");
    await after(() => queryClient.invalidateQueries());
    await waitFor(() => expect(results.at(-1)?.error).not.toBeNull());
    expect(results.at(-1)).toMatchObject({ status: "allowed", allowed: true });
    isDown = false;
    await after(() => queryClient.invalidateQueries());
    expect(results.at(-1)).toMatchObject({ status: "denied", error: null });
  });

  it.each([
    ["refuses the check", { code: 3, details: "no such scope" }, "check_refused"],
    ["refuses the request", { code: 7, details: "forbidden" }, "request_refused"],
  ])("is not allowed once the PDP %s, and recovers", async (_, refusal, code) => {
    const queryClient = new QueryClient();
    let isRefused = true;
    const pdp = changingPdp(() => (isRefused ? Promise.reject(refusal) : undefined));
    const results: CanResult[] = [];
    renderApp(<List ids={[1]} onRender={(result) => results.push(result)} />, { pdp, queryClient });
    await screen.findByText("allowed alice in org_a");
    await after(() => queryClient.invalidateQueries());
    expect(results.at(-1)).toMatchObject({ status: "error", allowed: false, decision: null, error: { code } });
    isRefused = false;
    await after(() => queryClient.invalidateQueries());
    expect(results.at(-1)).toMatchObject({ status: "denied", error: null });
  });

  it("renders once for the same answer under another call id, which is part of the result", async () => {
    let calls = 0;
    const pdp = fakePdp((body) => ({ ...answerTo(body), cerbosCallId: `call-${(calls += 1)}` }));
    const queryClient = new QueryClient();
    const rendered: string[] = [];
    const Allowed = (): ReactNode => {
      rendered.push("allowed");
      return <p>{String(useCan({ action: "view", resource: document1 }).allowed)}</p>;
    };
    const CallId = (): ReactNode => {
      rendered.push("decision");
      return <p>{useCan({ action: "view", resource: document1 }).decision?.callId}</p>;
    };
    renderApp([<Allowed key="allowed" />, <CallId key="decision" />], { pdp, queryClient });
    await screen.findByText("call-1");
    rendered.length = 0;
    await after(() => queryClient.invalidateQueries());
    expect(screen.getByText("call-2")).toBeDefined();
    expect(rendered).toEqual(["allowed", "decision"]);
  });

  it("gives the newest answer to who reads the decision only after equal ones have come", async () => {
    let calls = 0;
    const pdp = fakePdp((body) => ({ ...answerTo(body), cerbosCallId: `call-${(calls += 1)}` }));
    const queryClient = new QueryClient();
    const committed: string[] = [];
    const Item = (): ReactNode => {
      const [isOpen, setOpen] = useState(false);
      const can = useCan({ action: "view", resource: document1 });
      const text = isOpen ? (can.decision?.callId ?? "none") : can.status;
      useLayoutEffect(() => void committed.push(text));
      return (
        <button type="button" onClick={() => setOpen(true)}>
          {text}
        </button>
      );
    };
    renderApp(<Item />, { pdp, queryClient });
    const button = await screen.findByText("allowed");
    await after(() => queryClient.invalidateQueries());
    committed.length = 0;
    fireEvent.click(button);
    expect(committed).toEqual(["call-2"]);
  });

  it("the same answer renders nothing", async () => {
    const seen: string[] = [];
    const queryClient = new QueryClient();
    const pdp = fakePdp();
    renderApp(<List ids={[1]} onRender={({ status }) => seen.push(status)} />, { pdp, queryClient });
    await settle();
    seen.length = 0;
    await after(() => queryClient.invalidateQueries());
    expect(pdp.requests).toHaveLength(2);
    expect(seen).toEqual([]);
  });

  it("is asked again when the window comes back into view, once it is stale", async () => {
    const pdp = fakePdp();
    const queryClient = new QueryClient();
    renderApp(<List ids={[1]} />, { pdp, queryClient });
    await settle();
    await after(() => fireEvent(window, new Event("visibilitychange")));
    expect(pdp.requests).toHaveLength(1);
    await queryClient.invalidateQueries({ refetchType: "none" });
    await after(() => fireEvent(window, new Event("visibilitychange")));
    expect(pdp.requests).toHaveLength(2);
  });
});

describe("the app's own defaults of react-query", () => {
  it("never show the answer to another check", async () => {
    const queryClient = new QueryClient({
      defaultOptions: { queries: { placeholderData: keepPreviousData } },
    });
    const kinde = new FakeKinde().signIn();
    const seen: string[] = [];
    const pdp = decidingPdp((_, { attr }) => (attr["status"] === "draft" ? "EFFECT_ALLOW" : "EFFECT_DENY"));
    const Publishing = (): ReactNode => {
      const [status, setStatus] = useState("draft");
      const result = useCan({ action: "edit", resource: { ...document1, attr: { status } } });
      seen.push(`${status} ${result.status}`);
      return <button type="button" aria-label="publish" onClick={() => setStatus("public")} />;
    };
    renderApp(<Publishing />, { kinde, pdp, queryClient });
    await settle();
    fireEvent.click(screen.getByRole("button"));
    await settle();
    expect(seen).toEqual(["draft pending", "draft pending", "draft allowed", "public pending", "public denied"]);
  });

  it("never throw an error instead of returning it", async () => {
    const queryClient = new QueryClient({ defaultOptions: { queries: { throwOnError: true } } });
    renderApp(<List ids={[1]} />, { pdp: fakePdp(() => Promise.reject(UNAVAILABLE)), queryClient });
    await settle();
    expect(screen.getByText("error")).toBeDefined();
  });

  it("do not repeat a refused request", async () => {
    const queryClient = new QueryClient({ defaultOptions: { queries: { retry: 5, retryDelay: 0 } } });
    const pdp = fakePdp(() => Promise.reject({ code: 3, details: "invalid" }));
    renderApp(<List ids={[1]} />, { pdp, queryClient });
    await settle();
    expect(pdp.requests).toHaveLength(1);
  });
});
