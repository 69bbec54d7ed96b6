import { Can, ResourceProvider, useCan, useCanActions, useCanList } from "@kinde-cerbos/react/source";
import { renderWithPermissions } from "@kinde-cerbos/testing";
import { cleanup } from "@testing-library/react";
import { Component, forwardRef, memo, type ReactNode, useRef, useState, version } from "react";
import { createPortal } from "react-dom";
import { afterEach, describe, expect, inject, it } from "vitest";
import { type ComponentUse, componentUsesIn } from "../../src/page/component-use.ts";

const first = { kind: "document", id: "1" };

/** Returns the components that use decisions while a component is rendered. */
function usesOf(ui: ReactNode): readonly ComponentUse[] | null {
  renderWithPermissions(ui, { can: { document: ["view", "edit"] } });
  return componentUsesIn(document);
}

/** Returns the actions of the queries that a component uses. */
function actionsOf({ queries }: ComponentUse): readonly unknown[] {
  return queries.map((hash): unknown => JSON.parse(hash)[5]);
}

function One(): ReactNode {
  return <b>{useCan({ action: "view", resource: first }).status}</b>;
}

const Several = memo(function Several(): ReactNode {
  const { allowed } = useCanActions({ actions: ["view", "edit"], resource: first });
  return <i>{String(allowed.view)}</i>;
});

const List = forwardRef<HTMLElement>(function List(_, ref): ReactNode {
  const { allowed } = useCanList({ action: "edit", resources: [first] });
  return <u ref={ref}>{allowed.length}</u>;
});

function Around(): ReactNode {
  return (
    <p>
      <One />
      <Several />
      <List />
    </p>
  );
}

/** Its state looks like a hook. */
class Outer extends Component {
  override state = { memoizedState: null, next: null };
  override render(): ReactNode {
    return <Around />;
  }
}

function NestedRow(): ReactNode {
  return (
    <ResourceProvider resource={first}>
      <Can action="view">
        <Can action="edit">yes</Can>
      </Can>
    </ResourceProvider>
  );
}

function Row(): ReactNode {
  return (
    <p>
      <b>before</b>{" "}
      <Can action="delete" resource={first}>
        never
      </Can>
      <Can action="view" resource={first}>
        a text <i>and more</i>
      </Can>
    </p>
  );
}

function PortalRow(): ReactNode {
  return (
    <p>
      <Can action="view" resource={first}>
        {createPortal(
          <>
            <Can action="delete" resource={first}>
              never
            </Can>
            <b>elsewhere</b>
          </>,
          document.body,
        )}
      </Can>
      <Can action="remove" resource={first}>
        never
      </Can>
    </p>
  );
}

function ActionRow({ action }: { readonly action: string | null }): ReactNode {
  if (action === null) return null;
  return (
    <Can action={action} resource={first}>
      yes
    </Can>
  );
}

const untouchable = {
  get() {
    throw new Error("Do not touch this.");
  },
};

function Odd(): ReactNode {
  useState(() => ({ current: "a text", next: null }));
  useState(() => new Proxy({}, untouchable));
  useState(() => Object.defineProperty({}, "current", untouchable));
  useRef(document.body);
  return <ActionRow action="view" />;
}

afterEach(cleanup);

it("runs on the expected version of React", () => {
  expect(version).toMatch(inject("react"));
});

describe("componentUsesIn", () => {
  it("finds the components that use each hook, with the names around them", () => {
    const uses = usesOf(<Outer />);
    expect(uses?.map((use) => [use.name, actionsOf(use), use.nodes])).toEqual([
      ["Outer › Around › One", ["view"], [document.querySelector("b")]],
      ["Outer › Around › Several", ["view", "edit"], [document.querySelector("i")]],
      ["Outer › Around › List", ["edit"], [document.querySelector("u")]],
    ]);
  });

  it("leaves our own components out of the names around, and knows the props of <Can>", () => {
    const [inner, outer] = usesOf(<NestedRow />) ?? [];
    expect([inner?.name, outer?.name]).toEqual(["NestedRow › Can", "NestedRow › Can"]);
    expect([inner?.canProps, outer?.canProps]).toMatchObject([{ action: "edit" }, { action: "view" }]);
  });

  it("knows the elements of a component, its texts, and its place if it renders nothing", () => {
    const [hidden, shown] = usesOf(<Row />) ?? [];
    const [parent, before, after] = ["p", "b", "i"].map((name) => document.querySelector(name));
    expect(hidden?.nodes).toEqual([]);
    expect(hidden?.place).toEqual({ parent, before });
    expect(shown?.nodes).toEqual([after?.previousSibling, after]);
  });

  it("follows a portal", () => {
    const [inside, around, after] = usesOf(<PortalRow />) ?? [];
    expect(inside?.place).toEqual({ parent: document.body, before: null });
    expect(around?.nodes).toEqual([document.querySelector("b")]);
    expect(after?.place).toEqual({ parent: document.querySelector("p"), before: null });
  });

  it("keeps the id of a component that renders again, and forgets an unmounted one", () => {
    const { rerender } = renderWithPermissions(<ActionRow action="view" />, { can: { document: ["view", "edit"] } });
    const ids = new Set(componentUsesIn(document)?.map(({ id }) => id));
    for (const action of ["edit", "view", "delete"]) {
      rerender(<ActionRow action={action} />);
      const [use] = componentUsesIn(document) ?? [];
      expect(use && actionsOf(use)).toEqual([action]);
      if (use) ids.add(use.id);
    }
    expect(ids.size).toBe(1);
    rerender(<ActionRow action={null} />);
    expect(componentUsesIn(document)).toEqual([]);
  });

  it("does not read values in the app's own hooks", () => {
    expect(usesOf(<Odd />)?.map(({ name }) => name)).toEqual(["Odd › ActionRow › Can"]);
  });

  it("returns null without React, or with an unknown structure of React", () => {
    expect(componentUsesIn(document)).toBeNull();
    const container = document.createElement("div");
    document.body.append(container);
    const fiber = {
      type: null,
      stateNode: {},
      memoizedState: null,
      memoizedProps: null,
      sibling: null,
      alternate: null,
    };
    for (const current of [null, {}, { ...fiber, child: 7 }, { ...fiber, child: fiber }]) {
      Object.assign(container, { __reactContainer$abc: { stateNode: { current } } });
      expect(componentUsesIn(document)).toBeNull();
    }
    container.remove();
  });
});
