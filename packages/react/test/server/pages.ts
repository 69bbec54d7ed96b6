// What the server renders and the browser hydrates. Without JSX: Node runs it as it is.
import { Can, useCan, useCanList, usePermissionsSession, useSuspenseCan } from "@kinde-cerbos/react";
import { createElement, type ReactNode, startTransition, Suspense, useState } from "react";

export const document1 = { kind: "document", id: "1" };
export const document2 = { kind: "document", id: "2" };

/** All that the pages ask. */
export const CHECKS = [
  { action: "view", resource: document1 },
  { action: "view", resource: document2 },
  { action: "edit", resource: document1 },
];

/** Holds back a part of a page, on the server only. */
export const slow: { until: Promise<void> | null } = { until: null };

function Page(): ReactNode {
  const can = useCan({ action: "view", resource: document1 });
  const list = useCanList({ action: "view", resources: [document1, document2] });
  const edit = { action: "edit", resource: document1, loading: "wait", fallback: "no", children: "edit" };
  return createElement(
    "main",
    null,
    createElement("p", null, `${usePermissionsSession().status}: ${can.status}`),
    createElement("p", null, `${list.status}: ${list.allowed.length} of 2`),
    createElement(Can, edit),
  );
}

function Suspending(): ReactNode {
  return createElement("p", null, useSuspenseCan({ action: "view", resource: document2 }).status);
}

function Slow(): ReactNode {
  if (slow.until) throw slow.until;
  return createElement(Page);
}

/** How long each row takes to render, in ms: on a phone it takes long. On a server, nothing. */
export const row = { ms: 0 };

type UseStatus = (check: { action: string; resource: { kind: string; id: string } }) => { readonly status: string };

function Row({ id, use }: { id: string; use: UseStatus }): ReactNode {
  const end = performance.now() + row.ms;
  while (performance.now() < end);
  return createElement("p", null, use({ action: "view", resource: { kind: "document", id } }).status);
}

function HeldBack({ children }: { children: ReactNode }): ReactNode {
  if (slow.until) throw slow.until;
  return children;
}

/** 100 rows below one boundary, and in a transition after a click, 40 others. */
function Rows({ use, isSlow }: { use: UseStatus; isSlow: boolean }): ReactNode {
  const [page, setPage] = useState({ from: 0, count: 100 });
  const next = (): void => startTransition(() => setPage({ from: 100, count: 40 }));
  const rows = Array.from({ length: page.count }, (_, at) => {
    const id = `row ${page.from + at}`;
    return createElement(Row, { key: id, id, use });
  });
  return createElement(
    "main",
    null,
    createElement("button", { onClick: next }, "next"),
    createElement(
      Suspense,
      { fallback: createElement("i", null, "wait") },
      isSlow ? createElement(HeldBack, null, rows) : rows,
    ),
  );
}

const waitFor = (part: () => ReactNode): ReactNode =>
  createElement(
    "section",
    null,
    createElement(Suspense, { fallback: createElement("i", null, "wait") }, createElement(part)),
  );

export const pages = {
  page: () => createElement(Page),
  suspending: () => waitFor(Suspending),
  slow: () => waitFor(Slow),
  rows: () => createElement(Rows, { use: useCan, isSlow: false }),
  slowRows: () => createElement(Rows, { use: useCan, isSlow: true }),
  suspendingRows: () => createElement(Rows, { use: useSuspenseCan, isSlow: false }),
  slowSuspendingRows: () => createElement(Rows, { use: useSuspenseCan, isSlow: true }),
};
