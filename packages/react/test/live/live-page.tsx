import { PermissionsProvider, type PermissionsProviderProps, tokenSource, useCan } from "@kinde-cerbos/react/source";
import { type QueryClient } from "@tanstack/react-query";
import { render, type RenderResult } from "@testing-library/react";
import { type ReactNode, StrictMode } from "react";
import { decidedFor, type FakePdp, fakePdp, tokenOf } from "../support.tsx";

/** Kinde as all tabs of a user have it: a refresh gives the existing token until that is revoked. */
export class FakeIssuerOfTabs {
  claims: object;
  existing: string;
  refreshes = 0;
  renewals = 0;
  /** Whether a renewal fails. */
  isDown = false;

  constructor(claims: object = {}) {
    this.claims = claims;
    this.existing = this.issue();
  }

  issue(claims: object = this.claims): string {
    this.claims = claims;
    return tokenOf({ iat: Math.floor(Date.now() / 1000), exp: 4e9, ...claims });
  }
}

/** An answer takes its time, so that what two tabs begin at once is under way at once. */
const nextTask = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** One tab's source. */
function tabSource(issuer: FakeIssuerOfTabs, canRenew = true) {
  let token: string | null = issuer.existing;
  const listeners = new Set<() => void>();
  const set = (next: string | null): string | null => {
    token = next;
    for (const listener of listeners) listener();
    return next;
  };
  const source = tokenSource({
    getToken: () => token,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    refresh: async () => {
      issuer.refreshes += 1;
      await nextTask();
      return set(issuer.existing);
    },
    ...(canRenew && {
      renew: async () => {
        issuer.renewals += 1;
        await nextTask();
        if (issuer.isDown) throw new Error("Kinde is down");
        issuer.existing = issuer.issue();
        return set(issuer.existing);
      },
    }),
  });
  return { source, set };
}

function One({ kind, id }: { kind: string; id: string }): ReactNode {
  const result = useCan({ action: "view", resource: { kind, id } });
  return <p>{`${kind} ${id}: ${result.status} ${decidedFor(result) ?? ""}`.trim()}</p>;
}

/** What is on the screen: so many of each kind. */
interface Shown {
  readonly [kind: string]: number;
}

export interface LivePage {
  readonly page: RenderResult;
  readonly pdp: FakePdp;
  readonly source: ReturnType<typeof tabSource>;
  readonly show: (shown: Shown) => void;
}

export interface LivePageOptions extends Partial<PermissionsProviderProps> {
  readonly shown?: Shown;
  readonly issuer?: FakeIssuerOfTabs;
  readonly canRenew?: boolean;
  readonly strict?: boolean;
  readonly pdp?: FakePdp;
  readonly queryClient?: QueryClient;
}

/** A tab, or one more provider of a page. */
export function renderLive({
  shown = { document: 1 },
  issuer = new FakeIssuerOfTabs(),
  canRenew = true,
  strict = false,
  pdp = fakePdp(),
  ...props
}: LivePageOptions): LivePage {
  const source = tabSource(issuer, canRenew);
  const pageOf = (what: Shown): ReactNode => {
    const page = (
      <PermissionsProvider pdp={pdp} source={source.source} {...props}>
        {Object.entries(what).flatMap(([kind, count]) =>
          Array.from({ length: count }, (_, at) => <One key={`${kind} ${at}`} kind={kind} id={String(at)} />),
        )}
      </PermissionsProvider>
    );
    return strict ? <StrictMode>{page}</StrictMode> : page;
  };
  const page = render(pageOf(shown));
  return { page, pdp, source, show: (what) => page.rerender(pageOf(what)) };
}
