import { type ReactNode, useEffect, useRef, useState } from "react";
import { type CLIENTS, PATH } from "./clients.ts";
import { RunCard, useFigures } from "./run-card.tsx";
import { Run, type RunKind } from "./run.ts";
import { comparisonOf } from "./totals.ts";

interface ExperimentProps {
  readonly size: number;
  readonly client: (typeof CLIENTS)[string];
  readonly isReady?: boolean;
}

/** Both runs, one after the other, and their results. */
export function Experiment({ size, client: { pdp }, isReady = false }: ExperimentProps): ReactNode {
  const { single, batched, isRunning, start } = useRuns(size);
  const [one, other] = [useFigures(single), useFigures(batched)];
  const length = Math.max(one.ms ?? 0, other.ms ?? 0, 1);
  return (
    <>
      <div className="cost-tools">
        <button
          type="button"
          className="primary"
          aria-disabled={!isReady || isRunning}
          onClick={() => isReady && !isRunning && void start()}
        >
          {single ? "Run both again" : "Run both"}
        </button>
        <output>{isRunning ? "Running…" : (comparisonOf(one, other) ?? "Nothing measured yet.")}</output>
      </div>
      <div className="runs">
        <RunCard kind="single" size={size} run={single} pdp={pdp} length={length} />
        <RunCard kind="batched" size={size} run={batched} pdp={pdp} length={length} />
      </div>
    </>
  );
}

interface Runs {
  readonly single: Run | undefined;
  readonly batched: Run | undefined;
  readonly isRunning: boolean;
  readonly start: () => Promise<void>;
}

function useRuns(size: number): Runs {
  const [runs, setRuns] = useState<{ readonly [kind in RunKind]?: Run }>({});
  const [isRunning, setIsRunning] = useState(false);
  const current = useRef<Run>(undefined);
  // Stop the recording if the user leaves the page during a run.
  useEffect(() => () => void current.current?.stop(), []);
  const begin = async (kind: RunKind): Promise<void> => {
    const run = new Run(kind, size, PATH);
    current.current = run;
    setRuns((before) => ({ ...before, [kind]: run }));
    await run.over;
  };
  return {
    single: runs.single,
    batched: runs.batched,
    isRunning,
    async start() {
      setIsRunning(true);
      setRuns({});
      await begin("single");
      await begin("batched");
      setIsRunning(false);
    },
  };
}
