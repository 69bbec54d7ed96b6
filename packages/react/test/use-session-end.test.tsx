// Promise 7, with Kinde as the source of tokens.
import { type PdpRequest } from "@kinde-cerbos/core";
import { useCan, usePermissionsSession } from "@kinde-cerbos/react";
import { fireEvent, screen } from "@testing-library/react";
import { type ReactNode, useState } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { FakeIssuer } from "./fake-issuer.ts";
import { after, answerTo, document1, FakeKinde, type FakePdp, fakePdp, renderApp, settle, tokenOf } from "./support.tsx";

const NOW = Date.parse("2030-01-01T00:00:00Z");
const tokenFor = (seconds: number, jti: string): string =>
  tokenOf({ iss: "http://kinde.test", azp: "spa", exp: NOW / 1000 + seconds, jti });

const first = tokenFor(3600, "first");
const second = tokenFor(7200, "second");
const third = tokenFor(9000, "third");

/** A PDP that refuses these tokens. */
function refusing(refused: Set<string>): FakePdp {
  return fakePdp((body) =>
    refused.has(tokenIn(body)) ? Promise.reject({ code: 3, details: "invalid auxData" }) : answerTo(body),
  );
}

const tokenIn = (body: PdpRequest): string => body.auxData?.jwt.token ?? "";
const asked = ({ requests }: FakePdp): string[] => requests.map(({ body }) => tokenIn(body));

const seen: string[] = [];
function Status({ id = "1" }: { id?: string }): ReactNode {
  const { status, error } = usePermissionsSession();
  const can = useCan({ action: "view", resource: { ...document1, id } });
  const text = [status, ...(error ? [error.code] : []), "|", can.status, String(can.allowed)].join(" ");
  if (seen.at(-1) !== text) seen.push(text);
  return <p>{text}</p>;
}

const VALID = "authenticated | allowed true";
const EXPIRED = "expired session_expired | error false";
const PENDING = ["loading | pending false", "authenticated | pending false"];

async function wait(ms: number): Promise<void> {
  await after(() => vi.advanceTimersByTime(ms));
  // A refresh, and then what it leads to.
  await settle();
}

let issuer: FakeIssuer;
beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date", "setTimeout", "clearTimeout"] });
  issuer = new FakeIssuer();
  seen.length = 0;
});

describe("promise 7: a token that the PDP refuses", () => {
  it("is refreshed once, and the request asked once more", async () => {
    issuer.forRefresh = second;
    const pdp = refusing(new Set([first]));
    renderApp([<Status key="1" />, <Status key="2" id="2" />], { kinde: new FakeKinde().signIn(first), pdp });
    await settle();
    expect(screen.getAllByText(VALID)).toHaveLength(2);
    expect(asked(pdp)).toEqual([first, second]);
    expect(issuer.refreshes).toHaveLength(1);
    expect(seen).toEqual([...PENDING, VALID]);
  });

  it("refused again, expires, denies all, and is not refreshed on and on", async () => {
    issuer.forRefresh = second;
    const pdp = refusing(new Set([first, second]));
    const kinde = new FakeKinde().signIn(first);
    renderApp(<Status />, { kinde, pdp });
    await settle();
    expect(screen.getByText(EXPIRED)).toBeDefined();
    expect(asked(pdp)).toEqual([first, second]);
    expect(issuer.refreshes).toHaveLength(1);
    // Another token ends it.
    await after(() => kinde.signIn(third));
    expect(screen.getByText(VALID)).toBeDefined();
  });

  it("without a newer one to be had, expires, and keeps why", async () => {
    const onBatch = vi.fn<() => void>();
    const pdp = refusing(new Set([first]));
    renderApp(<Status />, { kinde: new FakeKinde().signIn(first), pdp, onBatch });
    await settle();
    expect(screen.getByText(EXPIRED)).toBeDefined();
    expect(asked(pdp)).toEqual([first]);
    expect(onBatch).toHaveBeenCalledOnce();
  });

  it("is refreshed when the user comes back", async () => {
    const pdp = refusing(new Set([first]));
    renderApp(<Status />, { kinde: new FakeKinde().signIn(first), pdp });
    await settle();
    issuer.forRefresh = second;
    await after(() => document.dispatchEvent(new Event("visibilitychange")));
    expect(screen.getByText(VALID)).toBeDefined();
  });
});

/** One, and three once it is pressed. */
function Growing({ of }: { of: (id: string) => ReactNode }): ReactNode {
  const [ids, setIds] = useState(["1"]);
  return <button onClick={() => setIds(["1", "2", "3"])}>{ids.map(of)}</button>;
}

describe("promise 7: a token near its end", () => {
  it("is refreshed before it is asked with, once for all, and what only asks is not rendered for it", async () => {
    const short = tokenFor(60, "short");
    issuer.forRefresh = second;
    const pdp = fakePdp();
    const renders: string[] = [];
    const Asker = ({ id }: { id: string }): ReactNode => {
      const { allowed } = useCan({ action: "view", resource: { ...document1, id } });
      renders.push(`${id} ${String(allowed)}`);
      return null;
    };
    renderApp([<Status key="status" />, <Growing key="page" of={(id) => <Asker key={id} id={id} />} />], { kinde: new FakeKinde().signIn(short), pdp });
    await settle();
    await wait(51_000);
    renders.length = 0;
    fireEvent.click(screen.getByRole("button"));
    await settle();
    // Kinde's own refresh is waited for first.
    expect(asked(pdp)).toEqual([short]);
    await wait(1000);
    expect(asked(pdp)).toEqual([short, second]);
    expect(issuer.refreshes).toHaveLength(1);
    expect(renders).toEqual(["1 true", "2 false", "3 false", "2 true", "3 true"]);
    expect(seen).toEqual([...PENDING, VALID]);
  });

  it("that cannot be refreshed is used to its end", async () => {
    const short = tokenFor(9, "short");
    const pdp = fakePdp();
    renderApp(<Status />, { kinde: new FakeKinde().signIn(short), pdp });
    await settle();
    await wait(1000);
    expect(asked(pdp)).toEqual([short]);
    expect(screen.getByText(VALID)).toBeDefined();
  });
});

describe("promise 7: a token past its end", () => {
  it("denies all, and asks for another one at once", async () => {
    issuer.forRefresh = second;
    const pdp = fakePdp();
    renderApp(<Status />, { kinde: new FakeKinde().signIn(tokenFor(60, "short")), pdp });
    await settle();
    await wait(60_000);
    expect(screen.getByText(EXPIRED)).toBeDefined();
    await wait(1000);
    expect(screen.getByText(VALID)).toBeDefined();
    expect(issuer.refreshes).toHaveLength(1);
  });

  it("that cannot be refreshed now is refreshed when the network is back", async () => {
    renderApp(<Status />, { kinde: new FakeKinde().signIn(tokenFor(60, "short")) });
    await settle();
    issuer.isReachable = false;
    await wait(60_000);
    await wait(1000);
    expect(screen.getByText(EXPIRED)).toBeDefined();
    issuer.isReachable = true;
    issuer.forRefresh = second;
    await after(() => window.dispatchEvent(new Event("online")));
    await wait(1000);
    expect(screen.getByText(VALID)).toBeDefined();
  });
});
