import { Can } from "@kinde-cerbos/react";
import { type ReactNode } from "react";
import { describe, expect, it } from "vitest";
import { document1 } from "../support.tsx";

/** Compiled, never rendered. */
function Misuse(): ReactNode {
  return (
    <>
      {/* @ts-expect-error -- action is missing */}
      <Can resource={document1}>children</Can>
      {/* @ts-expect-error -- both one action and several */}
      <Can action="edit" actions={["view"]} resource={document1}>
        children
      </Can>
      {/* @ts-expect-error -- mode is of several actions */}
      <Can action="edit" mode="any" resource={document1}>
        children
      </Can>
      {/* @ts-expect-error -- mode is one of two words */}
      <Can actions={["edit"]} mode="some" resource={document1}>
        children
      </Can>
      {/* @ts-expect-error -- passThrough has children in any case: there is nothing to fall back to */}
      <Can action="edit" resource={document1} passThrough fallback="fallback">
        {({ status }) => status}
      </Can>
      {/* @ts-expect-error -- passThrough is of no use to children that do not look at the result */}
      <Can action="edit" resource={document1} passThrough>
        children
      </Can>
      {/* @ts-expect-error -- passThrough and not exclude each other */}
      <Can action="edit" resource={document1} passThrough not>
        {({ status }) => status}
      </Can>
      {/* @ts-expect-error -- a permission that is not loaded */}
      <Can action="edit" resource={document1} permission={undefined}>
        children
      </Can>
      {/* @ts-expect-error -- a flag has a value: that it is there says nothing */}
      <Can action="edit" resource={document1} flag={{ key: "editor" }}>
        children
      </Can>
      {/* @ts-expect-error -- passThrough shows its children while pending, too */}
      <Can action="edit" resource={document1} passThrough loading="loading">
        {({ status }) => status}
      </Can>
      {/* @ts-expect-error -- and on an error */}
      <Can action="edit" resource={document1} passThrough error="error">
        {({ status }) => status}
      </Can>
      {/* @ts-expect-error -- neither an action nor actions */}
      <Can mode="any" resource={document1}>
        children
      </Can>
      {/* @ts-expect-error -- a resource that is not loaded */}
      <Can action="edit" resource={undefined}>
        children
      </Can>
      <Can action="edit" resource={document1} not>
        {/* @ts-expect-error -- what was denied may have no decision: Kinde's word was enough */}
        {({ decision }) => decision.callId}
      </Can>
      <Can
        action="edit"
        resource={document1}
        not
        // @ts-expect-error -- the fallback of not is for what is allowed, which has no reason
        fallback={({ reason }) => reason.length}
      >
        children
      </Can>
      {/* @ts-expect-error -- children are missing */}
      <Can action="edit" resource={document1} />
      <Can action="edit" resource={document1}>
        {/* @ts-expect-error -- an allowed result was denied for no reason */}
        {({ reason }) => reason.length}
      </Can>
    </>
  );
}

describe("types", () => {
  it("refuse what is no check, or has nothing to show", () => {
    expect(Misuse).toBeTypeOf("function");
  });
});
