import { type CanResult, useCan } from "@kinde-cerbos/react";
import { fireEvent, screen } from "@testing-library/react";
import { type ReactNode, startTransition, useDeferredValue, useLayoutEffect, useState, useTransition } from "react";
import { describe, expect, it } from "vitest";
import {
  after,
  decidedFor,
  decidingPdp,
  FakeKinde,
  type FakePdp,
  renderApp,
  settle,
  tokenOf,
  whoIs,
} from "./support.tsx";

/** Only a draft may be edited. */
const draftsOnly = (): FakePdp =>
  decidingPdp((_, { attr }) => (attr?.["state"] === "draft" ? "EFFECT_ALLOW" : "EFFECT_DENY"));

/** What was rendered, or committed, for which state of the document. */
interface Shown {
  readonly state: string;
  readonly status: CanResult["status"];
}

/** Answers that belong to the other state. */
const wrong = (all: readonly Shown[]): readonly Shown[] =>
  all.filter(({ state, status }) => status === (state === "draft" ? "denied" : "allowed"));

function Edit({ state, onShow }: { state: string; onShow: (shown: Shown) => void }): ReactNode {
  const { status } = useCan({ action: "edit", resource: { kind: "document", id: "1", attr: { state } } });
  onShow({ state, status });
  useLayoutEffect(() => {
    onShow({ state, status });
  });
  return <p>{`${state}: ${status}`}</p>;
}

const next = (state: string): string => (state === "draft" ? "public" : "draft");

function ByTransition({ onShow }: { onShow: (shown: Shown) => void }): ReactNode {
  const [state, setState] = useState("draft");
  const [, start] = useTransition();
  return (
    <>
      <button onClick={() => start(() => setState(next))}>change</button>
      <Edit state={state} onShow={onShow} />
    </>
  );
}

function ByDeferredValue({ onShow }: { onShow: (shown: Shown) => void }): ReactNode {
  const [state, setState] = useState("draft");
  return (
    <>
      <button onClick={() => setState(next)}>change</button>
      <Edit state={useDeferredValue(state)} onShow={onShow} />
    </>
  );
}

// A version that keeps the last result until there is another one shows the answer to the old attributes;
// one that keeps it in a ref, which an abandoned render has written, shows the answer to attributes to come.
describe.each([
  ["startTransition", ByTransition],
  ["useDeferredValue", ByDeferredValue],
])("attributes that change by %s", (_, Page) => {
  it.each([false, true])("never have another one's answer (StrictMode: %s)", async (strict) => {
    const shown: Shown[] = [];
    renderApp(<Page onShow={(one) => shown.push(one)} />, { pdp: draftsOnly(), strict });
    await settle();
    for (const text of ["public: denied", "draft: allowed", "public: denied"]) {
      await after(() => fireEvent.click(screen.getByText("change")));
      expect(screen.getByText(text)).toBeDefined();
    }
    expect(shown.map(({ status }) => status)).toEqual(expect.arrayContaining(["pending", "allowed", "denied"]));
    expect(wrong(shown)).toEqual([]);
  });

  it("that change back before the render is done ask for nothing twice", async () => {
    const shown: Shown[] = [];
    const pdp = draftsOnly();
    renderApp(<Page onShow={(one) => shown.push(one)} />, { pdp });
    await settle();
    await after(() => {
      fireEvent.click(screen.getByText("change"));
      fireEvent.click(screen.getByText("change"));
    });
    expect(screen.getByText("draft: allowed")).toBeDefined();
    expect(wrong(shown)).toEqual([]);
    const states = pdp.requests.flatMap(({ body }) => body.resources.map(({ resource }) => resource.attr?.["state"]));
    expect(new Set(states).size).toBe(states.length);
  });
});

interface OneProps {
  readonly id: string;
  /** Another one renders it again. */
  readonly version: number;
  readonly onRender: (id: string, version: number, decidedFor: string | null) => void;
}

function One({ id, version, onRender }: OneProps): ReactNode {
  const result = useCan({ action: "view", resource: { kind: "document", id } });
  onRender(id, version, decidedFor(result));
  return null;
}

const IDS = Array.from({ length: 50 }, (_, id) => String(id));

function Fifty({ onRender }: Pick<OneProps, "onRender">): ReactNode {
  const [version, setVersion] = useState(0);
  return (
    <>
      <button onClick={() => startTransition(() => setVersion(1))}>render all</button>
      {IDS.map((id) => (
        <One key={id} id={id} version={version} onRender={onRender} />
      ))}
    </>
  );
}

describe("a session that changes in the middle of a transition", () => {
  // A version that takes the session from its context alone has it as it was when the transition began.
  it("shows nothing of the old one in what is rendered after it", async () => {
    const kinde = new FakeKinde().signIn();
    const aliceInB = tokenOf({ org_code: "org_b" });
    let holder = "alice in org_a";
    const before = new Set<string>();
    const foreign: string[] = [];
    const onRender: OneProps["onRender"] = (id, version, who) => {
      if (who !== null && who !== holder) foreign.push(`${id}: ${who}`);
      if (version === 1 && who === "alice in org_a") before.add(id);
      if (version !== 1 || id !== "25" || holder !== "alice in org_a") return;
      // Another tab, or Kinde's own timer.
      kinde.store(aliceInB);
      holder = whoIs(aliceInB);
    };
    renderApp(<Fifty onRender={onRender} />, { kinde });
    await settle();
    await after(() => fireEvent.click(screen.getByText("render all")));
    await settle();
    expect(before.size).toBe(26);
    expect(foreign).toEqual([]);
  });
});
