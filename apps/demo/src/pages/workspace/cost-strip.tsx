import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useSyncExternalStore } from "react";
import { PdpWaySwitch } from "../../pdp/pdp-way-switch.tsx";
import { useMeter } from "../../pdp/pdp-way.tsx";
import { useLasting } from "../../ui/use-lasting.ts";
import { RequestsDrawer } from "./requests-drawer.tsx";

/** Cerbos answers within some ms: what takes longer than this is worth a word. */
const SLOW_MS = 1000;

/** The requests of this page, and the way that they take to the PDP. */
export function CostStrip(): ReactNode {
  const meter = useMeter();
  const queryClient = useQueryClient();
  const { checks, requests, milliseconds, cacheHits } = useSyncExternalStore(meter.subscribe, meter.cost);
  const isSlow = useLasting(useIsFetching({ queryKey: ["kinde-cerbos"] }) > 0, SLOW_MS);
  const askAll = (): void => {
    meter.startPage();
    void queryClient.invalidateQueries({ queryKey: ["kinde-cerbos"] });
  };
  return (
    <section className="cost card" aria-label="Requests of this page">
      <dl>
        <Figure name="checks" label={checks === 1 ? "check" : "checks"} value={checks} />
        <Figure name="requests" label={requests === 1 ? "request" : "requests"} value={requests} />
        <Figure name="milliseconds" value={Math.round(milliseconds)} />
        <Figure name="from the cache" value={cacheHits} />
      </dl>
      <output className="slow">{isSlow && "Waiting for Cerbos…"}</output>
      <div className="cost-buttons">
        <RequestsDrawer />
        <button type="button" onClick={askAll}>
          Check all again
        </button>
      </div>
      <PdpWaySwitch />
    </section>
  );
}

interface FigureProps {
  readonly name: string;
  /** The label beside the value. Default: the name. */
  readonly label?: string;
  readonly value: number;
}

function Figure({ name, label = name, value }: FigureProps): ReactNode {
  return (
    <div>
      <dt>{label}</dt>
      <dd data-figure={name}>{value}</dd>
    </div>
  );
}
