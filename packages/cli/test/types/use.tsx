// Each statement below a mark must compile, with the generated file and without it: see types.test.ts.
import {
  type ActionOf,
  type Check,
  type Decision,
  type JsonInput,
  type Kind,
  type PlanQuery,
  resource,
  type Resource,
  type SharedActionOf,
} from "@kinde-cerbos/core";
import {
  Can,
  type CanProps,
  type CanResult,
  decisionFilters,
  decisionQuery,
  ensureCan,
  hideDecisions,
  invalidateDecisions,
  type KindeFlag,
  type PlanResult,
  ResourceProvider,
  useCan,
  useCanActions,
  useCanCallback,
  useCanList,
  type UseCanOptions,
  usePlan,
  useSuspenseCan,
} from "@kinde-cerbos/react";
import { type ReactNode } from "react";
import { authorizer, document, documents, enforcer, queryClient, request, text } from "./world.ts";

const doc = resource("document", "1");
const album = resource("acme:album", "1", { visibility: "public" });
const note = resource("note", "1", { whatever: { it: ["is"] } });

export function Hooks(): null {
  // ✓ a kind's action, inline
  useCan({ action: "edit", resource: { kind: "document", id: "1" } });

  // ✓ a resource that was made before
  useCan({ action: "edit", resource: doc });

  // ✓ a name that a pattern has
  useCan({ action: "comment:add", resource: doc });

  // ✓ a new one of a kind
  useCan({ action: "view", resource: "document" });

  // ✓ some of its attributes
  useCan({ action: "edit", resource: { kind: "document", id: "1", attr: { state: "draft" } } });

  // ✓ an attribute that is not loaded
  useCan({ action: "edit", resource: { kind: "document", id: "1", attr: { state: undefined, size: null } } });

  // ✓ a frozen list
  useCan({ action: "edit", resource: { kind: "document", id: "1", attr: { tags: document.tags } } });

  // ✓ an attribute that is an object
  useCan({ action: "edit", resource: { kind: "document", id: "1", attr: { place: { shelf: 3 } } } });

  // ✓ an attribute of which the schema says nothing
  useCan({ action: "edit", resource: { kind: "document", id: "1", attr: { extra: { a: [1, "b", null] } } } });

  // ✓ a schema that refers to itself
  useCan({
    action: "edit",
    resource: { kind: "document", id: "1", attr: { parent: { ownerId: "a", state: "draft" } } },
  });

  // ✓ any attributes of a kind without a schema
  useCan({ action: "pin", resource: { kind: "note", id: "1", attr: { any: { thing: [1] } } } });

  // ✓ any attributes of a kind whose schema says nothing of them
  useCan({ action: "follow", resource: { kind: "link", id: "1", attr: { any: { thing: [1] } } } });

  // ✓ no attributes of a kind that has none
  useCan({ action: "open", resource: { kind: "door", id: "1", attr: {} } });

  // ✓ a scope and a version, which are texts
  useCan({ action: "view", resource: { ...doc, scope: text, policyVersion: text } });

  // ✓ an action that each of several kinds has
  useCan({ action: "view", resource: text ? doc : album });

  // ✓ an attribute of either kind, if the resource may be of both
  useCan({ action: "view", resource: { kind: text ? "document" : "acme:album", id: "1", attr: { year: 1999 } } });

  // ✓ the resource of a provider
  useCan({ action: "edit" });

  // ✓ a gate
  useCan({ action: "edit", resource: doc, role: "admin", permission: ["documents:edit", "documents:delete"] });

  // ✓ flags with values of their types
  useCan({
    action: "edit",
    resource: doc,
    flag: [
      { key: "beta", value: true },
      { key: "limit", value: 3 },
      { key: "theme", value: "dark" },
      { key: "extra", value: { a: [1] } },
    ],
  });

  // ✓ a cache policy
  useCan({ action: "edit", resource: doc, staleTime: 0, enabled: false });

  // ✓ several actions, each by its name
  const several: boolean = useCanActions({ actions: ["view", "edit"], resource: doc }).allowed.edit;

  // ✓ a frozen list of actions
  useCanActions({ actions: ["view", "edit"] as const, resource: "document" }).results.view satisfies CanResult;

  // ✓ actions that are given by name
  useCanActions<"view" | "edit">({ actions: ["view"], resource: doc }).allowed.edit satisfies boolean;

  // ✓ actions on the resource of a provider
  useCanActions({ actions: ["view", "share"] });

  // ✓ a list of one kind, with what else its items have
  useCanList({
    action: "edit",
    resources: documents.map(({ id, title }) => ({ ...resource("document", id), title })),
  }).allowed.map(({ title }) => title) satisfies string[];

  // ✓ a list that is made inline
  useCanList({
    action: "edit",
    resources: documents.map(({ id, state }) => ({ kind: "document", id, attr: { state } })),
  });

  // ✓ a list of several kinds
  useCanList({ action: "view", resources: [doc, album, note] });

  // ✓ a list of names
  useCanList({ action: "view", resources: ["document", "note"] });

  // ✓ an empty list
  useCanList({ action: "view", resources: [] });

  const can = useCanCallback();
  // ✓ in an event handler
  void can({ action: "edit", resource: { kind: "document", id: "1", attr: { state: "draft" } }, staleTime: 0 });

  // ✓ with a gate
  void can({ action: "share", resource: album, flag: { key: "beta", value: true } });

  // ✓ with Suspense
  useSuspenseCan({ action: "edit", resource: doc }).allowed satisfies boolean;

  // ✓ a plan
  usePlan({ kind: "document", action: "edit", attr: { state: "draft" } });

  // ✓ a plan of several actions
  usePlan({ kind: "acme:album", actions: ["view", "share"], enabled: several });

  // ✓ a plan of any attributes
  usePlan({ kind: "note", action: "pin", attr: { any: "thing" } });
  return null;
}

// ✓ options that are handed on
export function useEdit(options: UseCanOptions): CanResult {
  return useCan(options);
}

// ✓ options of one kind that are handed on
export function useOfDocument(options: UseCanOptions<"document">): CanResult {
  return useCan(options);
}

// ✓ a generic hook
export function useMay<K extends Kind>(of: Resource<K>, action: SharedActionOf<K>): CanResult {
  return useCan({ action, resource: of });
}

// ✓ a generic hook for a check
export function useAllowed<K extends Kind>(check: Check<K>): CanResult {
  return useCan(check);
}

// ✓ a generic hook for a check of any kind
export function useAllowedAny(check: Check): CanResult {
  return useCan(check);
}

// ✓ a hook for a kind and an action of any
export function useNew(kind: Kind, action: ActionOf<Kind>): CanResult {
  return useCan({ action, resource: { kind, id: "new" } });
}

// ✓ a generic component
export function Allowed<K extends Kind>({ of, action }: { of: Resource<K>; action: SharedActionOf<K> }): ReactNode {
  return (
    <Can action={action} resource={of}>
      {null}
    </Can>
  );
}

// ✓ a generic component for a new one
export function AllowedNew<K extends Kind>({ kind, actions }: { kind: K; actions: SharedActionOf<K>[] }): ReactNode {
  return (
    <Can actions={actions} resource={kind}>
      {null}
    </Can>
  );
}

// ✓ a generic loader
export async function load<K extends Kind>(of: Resource<K>, action: SharedActionOf<K>): Promise<void> {
  await authorizer.check({ action, resource: of });
  await ensureCan(queryClient, authorizer, { action, resource: of });
  await enforcer.requireAllowed(request, { action, resource: of });
  await enforcer.authorize(request, { action, resource: of });
}

// ✓ a generic plan
export function usePlanned<K extends Kind>(kind: K, action: SharedActionOf<K>): PlanResult {
  return usePlan({ kind, action });
}

// ✓ use of generic functions
export function useGenericFunctions(): ReactNode {
  useMay(doc, "edit");
  useAllowed({ action: "edit", resource: doc });
  useNew("document", "edit");
  void load(album, "share");
  return <Allowed of={doc} action="edit" />;
}

// ✓ props that are handed on
export function Guard(props: CanProps): ReactNode {
  return <Can {...props} />;
}

export function Components(): ReactNode {
  return [
    // ✓ an action
    <Can key="1" action="edit" resource={doc}>
      {null}
    </Can>,

    // ✓ an inline resource, and what else to show
    <Can key="2" action="edit" resource={{ kind: "document", id: "1", attr: { state: "draft" } }} fallback="No" not>
      {({ reason }) => reason}
    </Can>,

    // ✓ several actions
    <Can key="3" actions={["view", "edit"]} mode="any" resource="document">
      {null}
    </Can>,

    // ✓ in any case
    <Can key="4" action="pin" resource={note} passThrough>
      {({ status }) => status}
    </Can>,

    // ✓ a gate
    <Can key="5" action="view" resource={doc} role={["admin", "editor"]} permission="documents:edit">
      {null}
    </Can>,

    // ✓ a flag
    <Can key="6" action="view" resource={doc} flag={{ key: "limit", value: 3 }}>
      {null}
    </Can>,

    // ✓ a resource for what is below
    <ResourceProvider key="7" resource={{ kind: "document", id: "1", attr: { tags: ["red"] } }}>
      <Can action="edit">{null}</Can>
    </ResourceProvider>,
  ];
}

export async function outsideOfReact(): Promise<void> {
  // ✓ a loader
  (await ensureCan(queryClient, authorizer, { action: "edit", resource: doc })) satisfies Decision;

  // ✓ a check
  await authorizer.check({ action: "edit", resource: { kind: "document", id: "1", attr: { state: "draft" } } });

  // ✓ checks of several kinds
  await authorizer.checkAll([
    { action: "edit", resource: doc },
    { action: "share", resource: album },
    { action: "pin", resource: "note" },
  ]);

  // ✓ checks that are made in a loop
  await authorizer.checkAll(documents.map(({ id }) => ({ action: "edit", resource: resource("document", id) })));

  // ✓ a plan
  await authorizer.plan({ kind: "document", action: "edit" });

  // ✓ a route
  await enforcer.requireAllowed(request, { action: "edit", resource: doc });

  // ✓ a route of several checks
  await enforcer.requireAllowed(request, [
    { action: "edit", resource: doc },
    { action: "share", resource: album },
  ]);

  // ✓ decisions of an API
  (await enforcer.authorize(request, { action: "edit", resource: doc })).allowed satisfies boolean;

  // ✓ several decisions of an API
  (
    await enforcer.authorize(
      request,
      documents.map(({ id }) => ({ action: "edit", resource: resource("document", id) })),
    )
  ).length satisfies number;

  // ✓ a plan of an API
  await enforcer.plan(request, { kind: "document", actions: ["view", "edit"] });

  // ✓ filters
  decisionFilters({ kind: "document", id: document.id, action: "edit" });

  // ✓ filters of an action alone
  decisionFilters({ action: "share" });

  // ✓ no filters
  decisionFilters();

  // ✓ what was changed
  await invalidateDecisions(queryClient, { kind: "document", action: "edit", hide: true });

  // ✓ what will be changed
  hideDecisions(queryClient, { kind: "acme:album" });

  // ✓ the options of a query
  decisionQuery(authorizer, { action: "edit", resource: doc });

  // ✓ a check of one kind is a check
  const check: Check<"document"> = { action: "edit", resource: doc };
  const checks: readonly Check[] = [check, { action: "share", resource: album }];
  await authorizer.checkAll(checks);

  // ✓ a resource of one kind is a resource
  const resources: readonly Resource[] = [doc, album, note];
  await authorizer.check({ action: "view", resource: resources[0] ?? doc });

  // ✓ a query of one kind is a query
  const query: PlanQuery = { kind: "document", action: "edit" } satisfies PlanQuery<"document">;
  await authorizer.plan(query);

  // ✓ a flag that is kept
  const flag: KindeFlag = { key: "beta", value: true };
  flag.value satisfies JsonInput;
}
