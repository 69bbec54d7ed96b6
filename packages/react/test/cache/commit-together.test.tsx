// Answers to a page of checks come in several requests. They are shown together, and none is held for long.
import { invalidateDecisions, useCan } from "@kinde-cerbos/react";
import { QueryClient } from "@tanstack/react-query";
import { screen } from "@testing-library/react";
import { memo, Profiler, type ReactNode, useState } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { after, answerTo, type FakePdp, fakePdp, renderApp, settle } from "../support.tsx";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A PDP that answers its first request after the first of these times, in ms, and so on; `null` never. */
function pdpAnsweringAfter(times: readonly (number | null)[]): FakePdp {
  let at = 0;
  return fakePdp(async (body) => {
    const time = times[at++] ?? 0;
    if (times[at - 1] === null) return new Promise(() => {});
    await new Promise((resolve) => setTimeout(resolve, time));
    return answerTo(body);
  });
}

/** A page that renders does not render it: it would show what is held. */
const Check = memo(function Check({ id }: { id: string }): ReactNode {
  return <p>{useCan({ action: "view", resource: { kind: "document", id } }).status}</p>;
});

/** Checks of which one can be made to leave. */
function Leaving({ ids }: { ids: readonly string[] }): ReactNode {
  const [left, leave] = useState("");
  return ids
    .filter((id) => id !== left)
    .map((id) => (
      <button key={id} type="button" aria-label={`leave ${id}`} onClick={() => leave(id)}>
        <Check id={id} />
      </button>
    ));
}

/** One check a request. */
function renderChecks(pdp: FakePdp, ids: readonly string[]) {
  const queryClient = new QueryClient();
  const commits: string[] = [];
  renderApp(
    <Profiler id="page" onRender={(_, phase) => commits.push(phase)}>
      <Leaving ids={ids} />
    </Profiler>,
    { pdp, queryClient, maxResources: 1, maxInFlight: 100 },
  );
  return { commits, queryClient };
}

/** Shows another check later. */
function Later(): ReactNode {
  const [isThere, setThere] = useState(false);
  return (
    <>
      <button type="button" aria-label="more" onClick={() => setThere(true)} />
      <Check id="slow" />
      {isThere && <Check id="later" />}
    </>
  );
}

const allowed = (): number => screen.queryAllByText("allowed").length;

describe("answers that were asked for together", () => {
  it("are shown in one commit, in whatever order they come", async () => {
    const { commits } = renderChecks(pdpAnsweringAfter([60, 20, 90, 30]), ["1", "2", "3", "4"]);
    await settle();
    const before = commits.length;
    await after(() => vi.advanceTimersByTimeAsync(50));
    expect([allowed(), commits.length]).toEqual([0, before]);
    await after(() => vi.advanceTimersByTimeAsync(50));
    expect([allowed(), commits.length]).toEqual([4, before + 1]);
  });

  it("wait for a slow one no longer than 100 ms", async () => {
    renderChecks(pdpAnsweringAfter([20, null, 30]), ["1", "2", "3"]);
    await settle();
    await after(() => vi.advanceTimersByTimeAsync(80));
    expect(allowed()).toBe(0);
    await after(() => vi.advanceTimersByTimeAsync(40));
    expect(allowed()).toBe(2);
  });

  it("those that come after that are held anew, and shown in the end", async () => {
    renderChecks(pdpAnsweringAfter([0, 200, 250, 900]), ["1", "2", "3", "4"]);
    await settle();
    await after(() => vi.advanceTimersByTimeAsync(150));
    expect(allowed()).toBe(1);
    await after(() => vi.advanceTimersByTimeAsync(200));
    expect(allowed()).toBe(3);
    await after(() => vi.advanceTimersByTimeAsync(560));
    expect(allowed()).toBe(4);
  });

  it("do not wait for one whose component has left", async () => {
    renderChecks(pdpAnsweringAfter([20, null]), ["1", "2"]);
    await settle();
    await after(() => vi.advanceTimersByTimeAsync(20));
    expect(allowed()).toBe(0);
    await after(() => screen.getByLabelText("leave 2").click());
    expect(allowed()).toBe(1);
  });

  it("are not waited for twice where they are asked for anew", async () => {
    const { queryClient } = renderChecks(pdpAnsweringAfter([null, null, 20, 30]), ["1", "2"]);
    await settle();
    await after(() => invalidateDecisions(queryClient));
    await after(() => vi.advanceTimersByTimeAsync(30));
    expect(allowed()).toBe(2);
  });
});

it("what was asked for later does not wait for what is still under way", async () => {
  renderApp(<Later />, { pdp: pdpAnsweringAfter([null, 0]), maxResources: 1 });
  await settle();
  await after(() => screen.getByLabelText("more").click());
  expect(allowed()).toBe(1);
});
