import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useSyncExternalStore } from "react";

import { type PageMeter } from "./page-meter.ts";
import { PdpWaySwitch } from "./pdp-way-switch.tsx";

/** What this page has cost, and the way that it was asked by. */
export function CostStrip({ meter }: { readonly meter: PageMeter }): ReactNode {
  const queryClient = useQueryClient();
  const { checks, requests, milliseconds, cacheHits } = useSyncExternalStore(meter.subscribe, meter.cost);
  const askAll = (): void => {
    meter.startPage();
    void queryClient.invalidateQueries({ queryKey: ["kinde-cerbos"] });
  };
  return (
    <section className="cost" aria-label="What this page has cost">
      <dl>
        <Figure name="checks" value={checks} />
        <Figure name="requests" value={requests} />
        <Figure name="milliseconds" value={Math.round(milliseconds)} />
        <Figure name="from the cache" value={cacheHits} />
      </dl>
      <button type="button" onClick={askAll}>
        Ask all again
      </button>
      <PdpWaySwitch />
    </section>
  );
}

function Figure({ name, value }: { readonly name: string; readonly value: number }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-figure={name}>{value}</dd>
    </div>
  );
}
