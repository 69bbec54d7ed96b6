// Each statement below a mark must not compile, with the words of the mark in the message. Without the generated file,
// all of them compile: see types.test.ts.
import { resource } from "@kinde-cerbos/core";
import {
  Can,
  decisionFilters,
  ensureCan,
  hideDecisions,
  invalidateDecisions,
  ResourceProvider,
  useCan,
  useCanActions,
  useCanCallback,
  useCanList,
  usePlan,
  useSuspenseCan,
} from "@kinde-cerbos/react";
import { type ReactNode } from "react";
import { authorizer, document, documents, enforcer, queryClient, request, text } from "./world.ts";

const doc = resource("document", "1");
const album = resource("acme:album", "1");

export function Hooks(): null {
  // ✗ "edti" … "delete" | "edit" | "view" | `comment:${string}`
  useCan({ action: "edti", resource: { kind: "document", id: "1" } });

  // ✗ "share" … "delete" | "edit" | "view" | `comment:${string}`
  useCan({ action: "share", resource: doc });

  // ✗ "pin" … "share" | "view"
  useCan({ action: "pin", resource: { kind: "acme:album", id: "1" } });

  // ✗ "documnet" … "acme:album" | "document" | "door" | "link" | "note"
  useCan({ action: "view", resource: { kind: "documnet", id: "1" } });

  // ✗ "documnet" … "acme:album" | "document" | "door" | "link" | "note"
  useCan({ action: "view", resource: "documnet" });

  // ✗ "edti" … "delete" | "edit" | "view" | `comment:${string}`
  useCan({ action: "edti", resource: "document" });

  // ✗ 'stat' does not exist
  useCan({ action: "edit", resource: { kind: "document", id: "1", attr: { stat: "draft" } } });

  // ✗ "drafted" … "draft" | "published"
  useCan({ action: "edit", resource: { kind: "document", id: "1", attr: { state: "drafted" } } });

  // ✗ 'visibility' does not exist
  useCan({ action: "edit", resource: { kind: "document", id: "1", attr: { visibility: "public" } } });

  // ✗ 'number' is not assignable to type 'string'
  useCan({ action: "edit", resource: { kind: "document", id: "1", attr: { ownerId: 1 } } });

  // ✗ "green" … "blue" | "red"
  useCan({ action: "edit", resource: { kind: "document", id: "1", attr: { tags: ["red", "green"] } } });

  // ✗ 'string' is not assignable to type 'number'
  useCan({ action: "edit", resource: { kind: "document", id: "1", attr: { place: { shelf: "3" } } } });

  // ✗ "drafted" … "draft" | "published"
  useCan({
    action: "edit",
    resource: { kind: "document", id: "1", attr: { parent: { ownerId: "a", state: "drafted" } } },
  });

  // ✗ 'string' is not assignable to type 'undefined'
  useCan({ action: "open", resource: { kind: "door", id: "1", attr: { color: "red" } } });

  // ✗ 'string' is not assignable to type '"delete" | "edit" | "view" | `comment:${string}`'
  useCan({ action: text, resource: doc });

  // ✗ 'string' is not assignable to type '"acme:album" | "document" | "door" | "link" | "note"'
  useCan({ action: "view", resource: { kind: text, id: "1" } });

  // ✗ "comments:add" … `comment:${string}`
  useCan({ action: "comments:add", resource: doc });

  // ✗ "edit" … "view"
  useCan({ action: "edit", resource: text ? doc : album });

  // ✗ 'color' does not exist
  useCan({ action: "view", resource: { kind: text ? "document" : "acme:album", id: "1", attr: { color: "red" } } });

  // ✗ "hidden" … "private" | "public"
  useCan({
    action: "view",
    resource: { kind: text ? "document" : "acme:album", id: "1", attr: { visibility: "hidden" } },
  });

  // ✗ 'year' does not exist
  useCan({ action: "view", resource: text ? album : resource("document", "1", { year: 1999 }) });

  // ✗ "edti" … "delete" | "edit"
  useCan({ action: "edti" });

  // ✗ "edti" … "delete" | "edit" | "view" | `comment:${string}`
  useCanActions({ actions: ["view", "edti"], resource: doc });

  // ✗ "share" … "delete" | "edit" | "view" | `comment:${string}`
  useCanActions({ actions: ["share"], resource: { kind: "document", id: "1" } });

  // ✗ "drafted" … "draft" | "published"
  useCanActions({ actions: ["view"], resource: { kind: "document", id: "1", attr: { state: "drafted" } } });

  // ✗ "edti" … "delete" | "edit" | "view" | `comment:${string}`
  useCanList({ action: "edti", resources: [doc] });

  // ✗ "share" … "view"
  useCanList({ action: "share", resources: [doc, album] });

  // ✗ "drafted" … "draft" | "published"
  useCanList({ action: "view", resources: [{ kind: "document", id: "1", attr: { state: "drafted" } }] });

  // ✗ "documnet" … "acme:album" | "document" | "door" | "link" | "note"
  useCanList({ action: "view", resources: ["documnet"] });

  // ✗ 'string' is not assignable to type 'never'
  useCanList({ action: "view", resources: [{ kind: "document", id: "1", attr: { state: "draft", stat: "draft" } }] });

  // ✗ 'title' does not exist
  useCanList({ action: "view", resources: documents.map(({ id, title }) => resource("document", id, { title })) });

  const can = useCanCallback();
  // ✗ "share" … "delete" | "edit" | "view" | `comment:${string}`
  void can({ action: "share", resource: doc });

  // ✗ 'stat' does not exist
  void can({ action: "edit", resource: { kind: "document", id: "1", attr: { stat: "draft" } } });

  // ✗ "edti" … "delete" | "edit" | "view" | `comment:${string}`
  useSuspenseCan({ action: "edti", resource: doc });

  // ✗ "drafted" … "draft" | "published"
  useSuspenseCan({ action: "edit", resource: { kind: "document", id: "1", attr: { state: "drafted" } } });

  // ✗ "share" … "delete" | "edit" | "view" | `comment:${string}`
  usePlan({ kind: "document", action: "share" });

  // ✗ "edti" … "delete" | "edit" | "view" | `comment:${string}`
  usePlan({ kind: "document", actions: ["view", "edti"] });

  // ✗ "documnet" … "acme:album" | "document" | "door" | "link" | "note"
  usePlan({ kind: "documnet", action: "view" });

  // ✗ "drafted" … "draft" | "published"
  usePlan({ kind: "document", action: "view", attr: { state: "drafted" } });
  return null;
}

export function Components(): ReactNode {
  return [
    // ✗ "edti" … "delete" | "edit" | "view" | `comment:${string}`
    <Can key="1" action="edti" resource={doc}>
      {null}
    </Can>,

    // ✗ "share" … "delete" | "edit" | "view" | `comment:${string}`
    <Can key="2" action="share" resource={{ kind: "document", id: "1" }}>
      {null}
    </Can>,

    // ✗ "edti" … "delete" | "edit" | "view" | `comment:${string}`
    <Can key="3" actions={["view", "edti"]} resource={doc}>
      {null}
    </Can>,

    // ✗ "drafted" … "draft" | "published"
    <Can key="4" action="edit" resource={{ kind: "document", id: "1", attr: { state: "drafted" } }}>
      {null}
    </Can>,

    // ✗ "documnet" … "acme:album" | "document" | "door" | "link" | "note"
    <Can key="5" action="view" resource="documnet">
      {null}
    </Can>,

    // ✗ "owner" … "admin" | "editor"
    <Can key="6" action="view" resource={doc} role={["owner"]}>
      {null}
    </Can>,

    // ✗ "documents:edti" … "documents:delete" | "documents:edit"
    <Can key="7" action="view" resource={doc} permission={["documents:edti"]}>
      {null}
    </Can>,

    // ✗ 'string' is not assignable to type 'boolean
    <Can key="8" action="view" resource={doc} flag={{ key: "beta", value: "true" }}>
      {null}
    </Can>,

    // ✗ "betta" … "beta" |
    <Can key="9" action="view" resource={doc} flag={{ key: "betta", value: true }}>
      {null}
    </Can>,

    // ✗ "documnet" … "acme:album" | "document" | "door" | "link" | "note"
    <ResourceProvider key="10" resource={{ kind: "documnet", id: "1" }}>
      {null}
    </ResourceProvider>,
  ];
}

export function Gates(): null {
  // ✗ "owner" … "admin" | "editor"
  useCan({ action: "view", resource: doc, role: "owner" });

  // ✗ "documents:edti" … "documents:delete" | "documents:edit"
  useCan({ action: "view", resource: doc, permission: ["documents:edit", "documents:edti"] });

  // ✗ 'string' is not assignable to type 'number'
  useCan({ action: "view", resource: doc, flag: { key: "limit", value: "3" } });

  // ✗ 'number' is not assignable to type 'string'
  useCan({ action: "view", resource: doc, flag: [{ key: "theme", value: 1 }] });
  return null;
}

export async function outsideOfReact(): Promise<void> {
  // ✗ "share" … "delete" | "edit" | "view" | `comment:${string}`
  await ensureCan(queryClient, authorizer, { action: "share", resource: doc });

  // ✗ "drafted" … "draft" | "published"
  await ensureCan(queryClient, authorizer, {
    action: "edit",
    resource: { kind: "document", id: "1", attr: { state: "drafted" } },
  });

  // ✗ "edti" … "delete" | "edit" | "view" | `comment:${string}`
  await authorizer.check({ action: "edti", resource: doc });

  // ✗ 'stat' does not exist
  await authorizer.check({ action: "edit", resource: { kind: "document", id: "1", attr: { stat: "draft" } } });

  // ✗ "edit" … "view"
  await authorizer.check({ action: "edit", resource: text ? doc : album });

  // ✗ "edit" … "view"
  await ensureCan(queryClient, authorizer, { action: "edit", resource: text ? doc : album });

  // ✗ "edit" … "view"
  await enforcer.requireAllowed(request, { action: "edit", resource: text ? doc : album });

  // ✗ "share" … "delete" | "edit" | "view" | `comment:${string}`
  await authorizer.checkAll([
    { action: "share", resource: album },
    { action: "share", resource: doc },
  ]);

  // ✗ "edit" … "view"
  await authorizer.plan({ kind: text ? "document" : "acme:album", action: "edit" });

  // ✗ "edti" … "delete" | "edit" | "view" | `comment:${string}`
  await authorizer.plan({ kind: "document", action: "edti" });

  // ✗ "share" … "delete" | "edit" | "view" | `comment:${string}`
  await enforcer.requireAllowed(request, { action: "share", resource: doc });

  // ✗ "share" … "delete" | "edit" | "view" | `comment:${string}`
  await enforcer.requireAllowed(request, [
    { action: "share", resource: album },
    { action: "share", resource: doc },
  ]);

  // ✗ "drafted" … "draft" | "published"
  await enforcer.requireAllowed(request, {
    action: "edit",
    resource: { kind: "document", id: "1", attr: { state: "drafted" } },
  });

  // ✗ "edti" … "delete" | "edit" | "view" | `comment:${string}`
  await enforcer.authorize(request, { action: "edti", resource: doc });

  // ✗ "edti" … "delete" | "edit" | "view" | `comment:${string}`
  await enforcer.plan(request, { kind: "document", action: "edti" });

  // ✗ "documnet" … "acme:album" | "document" | "door" | "link" | "note"
  decisionFilters({ kind: "documnet" });

  // ✗ "share" … "delete" | "edit" | "view" | `comment:${string}`
  decisionFilters({ kind: "document", action: "share" });

  // ✗ "share" … "delete" | "edit" | "view" | `comment:${string}`
  await invalidateDecisions(queryClient, { kind: "document", action: "share" });

  // ✗ "documnet" … "acme:album" | "document" | "door" | "link" | "note"
  hideDecisions(queryClient, { kind: "documnet" });

  // ✗ "documnet" … "acme:album" | "document" | "door" | "link" | "note"
  resource("documnet", "1");

  // ✗ "drafted" … "draft" | "published"
  resource("document", "1", { state: "drafted" });

  // ✗ 'title' does not exist
  resource("document", "1", { title: document.title });
}
