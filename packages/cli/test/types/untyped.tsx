// All of it must compile without the generated file, as it did before there was one: see types.test.ts.
// oxlint-disable typescript/no-unnecessary-type-parameters -- as apps have them
import { type Resource } from "@kinde-cerbos/core";
import { Can, type CanListResult, type CanResult, useCan, useCanActions, useCanList } from "@kinde-cerbos/react";
import { type ReactNode } from "react";

export function useMayView<K extends string>(kind: K, id: string): CanResult {
  return useCan({ action: "view", resource: { kind, id } });
}

export function useMayDo<K extends string, A extends string>(kind: K, id: string, actions: A[]): boolean {
  return useCanActions({ actions, resource: { kind, id } }).isPending;
}

export function useMayViewSome<R extends Resource>(resources: R[]): CanListResult<R> {
  return useCanList({ action: "view", resources });
}

export function useTitles<R extends { kind: string; id: string; title: string }>(resources: R[]): string[] {
  return useCanList({ action: "view", resources }).allowed.map(({ title }) => title);
}

export function View<K extends string>({ kind, id }: { readonly kind: K; readonly id: string }): ReactNode {
  return (
    <Can action="view" resource={{ kind, id }}>
      <Can actions={["view", "edit"]} resource={kind}>
        {null}
      </Can>
    </Can>
  );
}
