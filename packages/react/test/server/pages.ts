// What the server renders and the browser hydrates. Without JSX: Node runs it as it is.
import { Can, useCan, useCanList, usePermissionsSession, useSuspenseCan } from "@kinde-cerbos/react";
import { createElement, type ReactNode, Suspense } from "react";

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
};
