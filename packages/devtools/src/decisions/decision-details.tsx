import { type InspectedProvider } from "@kinde-cerbos/react/internal";
import { type ReactNode, type Ref } from "react";
import { type ComponentUse } from "../page/component-use.ts";
import { showOnPage } from "../page/show-on-page.ts";
import { type Recorder } from "../record/recorder.ts";
import { useTrial } from "../what-if/page-what-if.ts";
import { isDecidedBy } from "../what-if/trial.ts";
import { DecisionFacts } from "./decision-facts.tsx";
import { type DecisionRow } from "./decision-row.ts";
import { explanationOf } from "./explanation.ts";
import { Sentence } from "./sentence.tsx";
import { StateText } from "./state-text.tsx";

interface DecisionDetailsProps {
  readonly row: DecisionRow;
  readonly provider: InspectedProvider;
  readonly recorder: Recorder;
  /** The components that use it; `null` if that is not known. */
  readonly uses: readonly ComponentUse[] | null;
  readonly heading: Ref<HTMLHeadingElement>;
}

/** A decision: why it is as it is, what to do about it, and all that is known of it. */
export function DecisionDetails({ row, provider, recorder, uses, heading }: DecisionDetailsProps): ReactNode {
  const { hash, kind, id, action, state, resourceKey, decision } = row;
  const answer = recorder.answerTo(provider.id, action, resourceKey);
  // Another answer, such as one to a check that is simulated now, says nothing about this one.
  const isRecorded = answer !== undefined && answer.callId === decision?.callId;
  const metadata = decision?.metadata ?? (isRecorded ? answer.metadata : undefined);
  const isSimulated = isDecidedBy(useTrial(provider.id), row);
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
      {isSimulated && <p className="warn">Simulated by “What if”: the PDP may decide otherwise.</p>}
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
