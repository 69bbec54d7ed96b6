// A page of an app, and its server.
import { createAuthorizer, createSession } from "@kinde-cerbos/core";
import {
  Can,
  decisionQuery,
  type PageSession,
  PermissionsProvider,
  type PermissionsProviderProps,
  useCan,
  usePermissionsSession,
} from "@kinde-cerbos/next/client";
import { dehydrate, type DehydratedState, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import { type ReactNode } from "react";
import { vi } from "vitest";

const now = Math.floor(Date.now() / 1000);
/** The claims of an access token. */
export const mara = {
  sub: "kp_mara",
  org_code: "org_aurora",
  roles: [{ id: "1", key: "member", name: "Member" }],
  permissions: ["documents"],
  feature_flags: {},
  iat: now,
  exp: now + 3600,
};
export const jonas = { ...mara, sub: "kp_jonas" };

const document1 = { kind: "document", id: "1" } as const;
const CHECKS = [
  { action: "view", resource: document1 },
  { action: "delete", resource: document1 },
];

export async function sessionOf(claims: typeof mara | null): Promise<PageSession> {
  const { id } = await createSession(claims && { ...claims });
  const organizations = ["org_aurora", "org_birch"].map((code) => ({ code, name: code.slice(4) }));
  return claims ? { status: "signed_in", id, claims, organizations } : { status: "signed_out", id };
}

/** Everybody may view; only mara may delete. */
const isAllowed = (user: unknown, action: string): boolean => action === "view" || user === "kp_mara";

interface CheckBody {
  readonly principal: { readonly id: string };
  readonly resources: readonly { readonly resource: object; readonly actions: readonly string[] }[];
}

const resultsOf = ({ principal, resources }: CheckBody): object => ({
  results: resources.map(({ resource, actions }) => ({
    resource,
    actions: Object.fromEntries(
      actions.map((action) => [action, isAllowed(principal.id, action) ? "EFFECT_ALLOW" : "EFFECT_DENY"]),
    ),
  })),
});

/** The server of a page, whose session is that of the cookies. */
export class PageServer {
  /** The response of `/authz/session`. */
  session: () => Response | Promise<Response>;
  /** The paths that were requested. */
  readonly asked: string[] = [];
  /** The request bodies. */
  readonly bodies: string[] = [];
  /** The headers of requests for the event stream. */
  readonly streams: HeadersInit[] = [];
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor(session: PageSession) {
    this.session = () => Response.json(session);
    vi.stubGlobal("fetch", this.#answer);
  }

  /** Replaces the cookies by those of another user. */
  become(session: PageSession): void {
    this.session = () => Response.json(session);
  }

  /** Sends the page an event, on the stream that it opened. */
  tell(event: string, data: object): void {
    const text = `event: ${event}\nid: ${crypto.randomUUID()}\ndata: ${JSON.stringify(data)}\n\n`;
    this.#stream?.enqueue(new TextEncoder().encode(text));
  }

  readonly #answer = async (
    url: string,
    { body = "", method, headers = {} }: { body?: string; method?: string; headers?: HeadersInit },
  ): Promise<Response> => {
    const { pathname } = new URL(url, window.location.href);
    this.asked.push(pathname);
    this.bodies.push(body);
    if (pathname.endsWith("/api/events")) {
      this.streams.push(headers);
      const stream = new ReadableStream<Uint8Array>({ start: (controller) => void (this.#stream = controller) });
      this.tell("hello", { heartbeatMs: 15_000 });
      return new Response(stream, { headers: { "content-type": "text/event-stream" } });
    }
    if (method !== "POST") return new Response(null, { status: 405 });
    if (/\/session(\/renew)?$/.test(pathname)) return this.session();
    return Response.json(resultsOf(JSON.parse(body)));
  };
}

/** Returns what the server prefetched for a user. */
export async function prefetchedFor(claims: typeof mara): Promise<DehydratedState> {
  const queryClient = new QueryClient();
  const authorizer = createAuthorizer({
    pdpName: "/authz",
    session: await createSession({ ...claims }),
    pdp: { checkResources: async (request) => JSON.parse(JSON.stringify(resultsOf(request))) },
  });
  await Promise.all(CHECKS.map((check) => queryClient.prefetchQuery(decisionQuery(authorizer, check))));
  return dehydrate(queryClient);
}

function Toolbar(): ReactNode {
  const { status, orgCode } = usePermissionsSession();
  const view = useCan({ action: "view", resource: document1 });
  return (
    <p>
      {`${status} ${orgCode} ${view.status} `}
      <Can action="delete" resource={document1} loading="wait" fallback="no">
        delete
      </Can>
    </p>
  );
}

/** A page, with or without prefetched decisions. */
export function Page({
  state,
  children,
  ...props
}: Partial<PermissionsProviderProps> & { readonly state?: DehydratedState }): ReactNode {
  return (
    <PermissionsProvider {...props}>
      <HydrationBoundary state={state}>
        <Toolbar />
        {children}
      </HydrationBoundary>
    </PermissionsProvider>
  );
}
