import { type InspectedProvider } from "@kinde-cerbos/react/internal";
import { type ReactNode, type Ref } from "react";
import { type ComponentUse } from "../page/component-use.ts";
import { showOnPage } from "../page/show-on-page.ts";
import { type Recorder } from "../record/recorder.ts";
import { useScenario } from "../what-if/page-what-if.ts";
import { isDecidedBy } from "../what-if/scenario.ts";
import { DecisionFacts } from "./decision-facts.tsx";
import { type DecisionRow } from "./decision-row.ts";
import { explanationOf } from "./explanation.ts";
import { Sentence } from "./sentence.tsx";
import { StateText } from "./state-text.tsx";

interface DecisionDetailsProps {
  readonly row: DecisionRow;
  readonly provider: InspectedProvider;
  readonly recorder: Recorder;
  /** The components that use it; `null` if unknown. */
  readonly uses: readonly ComponentUse[] | null;
  readonly heading: Ref<HTMLHeadingElement>;
}

/** Shows a decision: its reason, what to do about it, and its details. */
export function DecisionDetails({ row, provider, recorder, uses, heading }: DecisionDetailsProps): ReactNode {
  const { hash, kind, id, action, state, resourceKey, decision } = row;
  const answer = recorder.answerTo(provider.id, action, resourceKey);
  // The recorded answer may be another one, for example if this one is simulated. It does not explain this decision.
  const isRecorded = answer !== undefined && answer.callId === decision?.callId;
  const metadata = decision?.metadata ?? (isRecorded ? answer.metadata : undefined);
  const isSimulated = isDecidedBy(useScenario(provider.id), row);
  const checkAgain = async (): Promise<void> =>
    provider.queryClient.refetchQueries({ predicate: ({ queryHash }) => queryHash === hash });
  const [first] = uses ?? [];
  return (
    <section className="details" aria-labelledby="decision-heading">
      <h2 id="decision-heading" tabIndex={-1} ref={heading}>
        {action} {kind} {id}: <StateText state={state} />
      </h2>
      <p>
        <button onClick={() => void checkAgain()} disabled={row.isFetching}>
          Check again
        </button>{" "}
        <button onClick={() => first && showOnPage(first)} disabled={!first}>
          Show on page
        </button>
      </p>
      {isSimulated && <p className="warn">Simulated in the “What if” tab. The PDP may decide differently.</p>}
      {(isSimulated ? [] : explanationOf(row, { names: provider.names, isRecorded, metadata })).map((sentence) => (
        <p key={sentence}>
          <Sentence text={sentence} />
        </p>
      ))}
      <DecisionFacts
        row={row}
        metadata={metadata}
        provider={provider}
        components={uses && uses.map(({ name }) => name)}
      />
    </section>
  );
}
