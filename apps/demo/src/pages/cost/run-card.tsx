import { type PolicyDecisionPoint } from "@kinde-cerbos/core";
import { type ReactNode, useSyncExternalStore } from "react";
import { Cells, EmptyCells } from "./cells.tsx";
import { bytesText, msText } from "./figure-text.ts";
import { type Figures, type Run, type RunKind } from "./run.ts";
import { sizesOf } from "./totals.ts";
import { Waterfall } from "./waterfall.tsx";

const TITLES: { readonly [kind in RunKind]: { readonly title: string; readonly hint: string } } = {
  single: { title: "One by one", hint: "Each component sends its own request." },
  batched: { title: "Batched", hint: "Each component calls useCan." },
};

const NOTHING: Figures = { shown: 0, failed: 0, requests: 0, ms: null, timings: null };

interface RunCardProps {
  readonly kind: RunKind;
  readonly size: number;
  readonly run: Run | undefined;
  readonly pdp: PolicyDecisionPoint;
  /** The longest of the runs, ms: the time axis of both. */
  readonly length: number;
}

/** One way to check a page: the page itself, its figures, and its requests over time. */
export function RunCard({ kind, size, run, pdp, length }: RunCardProps): ReactNode {
  const { shown, failed, requests, ms, timings } = useFigures(run);
  const { title, hint } = TITLES[kind];
  const sizes = timings && sizesOf(timings);
  return (
    <section className="run card" aria-label={title} data-run={kind}>
      <h2>{title}</h2>
      <p className="hint">{hint}</p>
      <div className="page-of-checks" data-size={size}>
        {run ? <Cells key={run.id} run={run} pdp={pdp} /> : <EmptyCells size={size} />}
      </div>
      <dl>
        <Figure name="checks" value={`${shown} of ${size}`} />
        <Figure name="requests" value={String(requests)} />
        <Figure name="sent" value={sizes ? bytesText(sizes.up) : "–"} />
        <Figure name="received" value={sizes ? bytesText(sizes.down) : "–"} />
        <Figure name="until shown" value={ms === null ? "–" : msText(ms)} />
      </dl>
      {failed > 0 && <p className="failed">{failed} of the checks failed: is the PDP running?</p>}
      {run && timings && <Waterfall name={title} requests={timings} from={run.startedAt} length={length} />}
    </section>
  );
}

/** The figures of a run, updated while it lasts. */
export function useFigures(run: Run | undefined): Figures {
  return useSyncExternalStore(run?.subscribe ?? never, run?.figures ?? nothing);
}

const never = () => () => {};
const nothing = (): Figures => NOTHING;

function Figure({ name, value }: { readonly name: string; readonly value: string }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-figure={name}>{value}</dd>
    </div>
  );
}
