import { type Resource } from "@kinde-cerbos/core";
import { Can, type CanResult, useCan, useCanActions, useCanList, useSuspenseCan } from "@kinde-cerbos/react";
import { QueryErrorResetBoundary } from "@tanstack/react-query";
import { Component, type ReactNode, Suspense, useLayoutEffect, useReducer, useRef } from "react";
import { decidedFor } from "./support.tsx";

/** A check, as it is asked here. */
export interface Asked {
  readonly action: string;
  readonly resource: Resource;
}

/** What a component got for a check. */
export interface Seen {
  readonly status: CanResult["status"];
  readonly allowed: boolean;
  /** Whose decision it is; `null` where there is none, `undefined` where the component does not look. */
  readonly madeFor: string | null | undefined;
  readonly asked: Asked;
}

/** What components need of the world they are seen in. */
export interface Watcher {
  readonly rerenders: Map<string, () => void>;
  /** Which of {@link ATTRS} a resource has, by its id. */
  readonly attrs: ReadonlyMap<string, number>;
  resetBoundary: () => void;
  readonly see: (where: string, seen: readonly Seen[]) => void;
  readonly spendTime: () => void;
}

interface ProbeProps {
  readonly world: Watcher;
  readonly name: string;
}

/** What a resource is like. */
export const ATTRS: readonly { readonly state: string }[] = [{ state: "draft" }, { state: "final" }];

/** Another object each time, as one that is written inline. */
function inline(world: Watcher, action: string, id: string): Asked {
  return { action, resource: { kind: "document", id, attr: { ...ATTRS[world.attrs.get(id) ?? 0]! } } };
}

function seenOf(asked: Asked, result: CanResult, allowed: boolean = result.allowed): Seen {
  return { status: result.status, allowed, madeFor: decidedFor(result), asked };
}

/** Shows what was seen, and tells of it in render and in commit. */
function Recorded({ world, name, seen }: ProbeProps & { readonly seen: readonly Seen[] }): ReactNode {
  world.see(`render of ${name}`, seen);
  const committed = useRef<readonly Seen[] | null>(null);
  useLayoutEffect(() => {
    // StrictMode runs effects again, some time after the commit.
    if (committed.current !== seen) world.see(`commit of ${name}`, seen);
    committed.current = seen;
  });
  return <p data-seen={JSON.stringify(seen)} />;
}

/** Lets the component render alone. */
function useAlone({ world, name }: ProbeProps): void {
  const [, rerender] = useReducer((count: number) => count + 1, 0);
  useLayoutEffect(() => {
    world.rerenders.set(name, rerender);
  }, [world, name]);
}

function OneCheck(props: ProbeProps): ReactNode {
  useAlone(props);
  const asked = inline(props.world, "view", "1");
  return <Recorded {...props} seen={[seenOf(asked, useCan(asked))]} />;
}

/** Reads neither decision nor error, and so renders less. */
function OneFlag(props: ProbeProps): ReactNode {
  useAlone(props);
  const asked = inline(props.world, "edit", "1");
  const { status, allowed } = useCan(asked);
  return <Recorded {...props} seen={[{ status, allowed, madeFor: undefined, asked }]} />;
}

function SeveralActions(props: ProbeProps): ReactNode {
  useAlone(props);
  const { resource } = inline(props.world, "", "1");
  const { allowed, results } = useCanActions({ actions: ["view", "delete"], resource });
  const seen = (["view", "delete"] as const).map((action) =>
    seenOf({ action, resource }, results[action], allowed[action]),
  );
  return <Recorded {...props} seen={seen} />;
}

function SeveralResources(props: ProbeProps): ReactNode {
  useAlone(props);
  const all = ["1", "2", "3"].map((id) => inline(props.world, "view", id));
  const { allowed, results } = useCanList({ action: "view", resources: all.map(({ resource }) => resource) });
  const seen = all.map((asked, at) =>
    seenOf(
      asked,
      results[at]!,
      allowed.some(({ id }) => id === asked.resource.id),
    ),
  );
  return <Recorded {...props} seen={seen} />;
}

function Gate(props: ProbeProps): ReactNode {
  useAlone(props);
  const asked = inline(props.world, "share", "2");
  const show = (result: CanResult): ReactNode => <Recorded {...props} seen={[seenOf(asked, result)]} />;
  return (
    <Can {...asked} loading={<p>Loading</p>} fallback={show}>
      {show}
    </Can>
  );
}

function NotGate(props: ProbeProps): ReactNode {
  useAlone(props);
  const asked = inline(props.world, "share", "2");
  const seen = [{ status: "denied", allowed: false, madeFor: undefined, asked } as const];
  return (
    <Can {...asked} not>
      {() => <Recorded {...props} seen={seen} />}
    </Can>
  );
}

function SuspendingCheck(props: ProbeProps): ReactNode {
  useAlone(props);
  const asked = inline(props.world, "view", "3");
  return <Recorded {...props} seen={[seenOf(asked, useSuspenseCan(asked))]} />;
}

function Suspending(props: ProbeProps): ReactNode {
  return (
    <QueryErrorResetBoundary>
      {({ reset }) => (
        <Boundary world={props.world} onReset={reset}>
          <Suspense fallback={<p>Suspended</p>}>
            <SuspendingCheck {...props} />
          </Suspense>
        </Boundary>
      )}
    </QueryErrorResetBoundary>
  );
}

interface BoundaryProps {
  readonly world: Watcher;
  readonly onReset: () => void;
  readonly children: ReactNode;
}

class Boundary extends Component<BoundaryProps, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override componentDidMount(): void {
    this.props.world.resetBoundary = () => {
      this.props.onReset();
      this.setState({ hasFailed: false });
    };
  }

  override componentWillUnmount(): void {
    this.props.world.resetBoundary = () => undefined;
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <p>Failed</p> : this.props.children;
  }
}

/** After this, React may let others have a turn before it goes on. */
export function SlowPart({ world }: { readonly world: Watcher }): ReactNode {
  world.spendTime();
  return null;
}

/** All components that ask. */
export const PROBES: readonly { readonly name: string; readonly Probe: (props: ProbeProps) => ReactNode }[] = [
  { name: "useCan", Probe: OneCheck },
  { name: "useCan().allowed", Probe: OneFlag },
  { name: "useCanActions", Probe: SeveralActions },
  { name: "useCanList", Probe: SeveralResources },
  { name: "Can", Probe: Gate },
  { name: "Can not", Probe: NotGate },
  { name: "useSuspenseCan", Probe: Suspending },
];
