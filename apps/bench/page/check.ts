import { type DocumentResource, ACTIONS, documentResource, documents } from "@kinde-cerbos/demo/data/documents.ts";
import { type Workload } from "../shared/task.ts";

/** One check of a component. */
export interface BenchCheck {
  readonly action: string;
  readonly resource: DocumentResource;
}

const ORGANIZATION = "org_aurora";
const samples = documents.filter(({ orgCode }) => orgCode === ORGANIZATION);

/** The checks of a page: resource by resource. No two pages have a resource in common. */
export function checksOf({ resources, actions }: Workload, page = 0): BenchCheck[] {
  const asked = actions === 1 ? (["edit"] as const) : ACTIONS.slice(0, actions);
  return Array.from({ length: resources }, (_, at) => {
    const sample = samples[at % samples.length];
    if (!sample) throw new Error("The demo has documents.");
    return { ...documentResource(sample), id: `bench-${page}-${at}` };
  }).flatMap((resource) => asked.map((action) => ({ action, resource })));
}

interface Named {
  readonly action: string;
  readonly resource: { readonly kind: string; readonly id: string };
}

/** What tells two checks of a page apart. */
export function keyOf({ action, resource }: Named): string {
  return `${resource.kind}/${resource.id}/${action}`;
}
