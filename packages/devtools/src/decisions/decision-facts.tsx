import { type Decision } from "@kinde-cerbos/core";
import { type InspectedProvider } from "@kinde-cerbos/react/internal";
import { Fragment, type ReactNode } from "react";
import { useNow } from "../session/use-now.ts";
import { CopyButton } from "./copy-button.tsx";
import { type DecisionRow } from "./decision-row.ts";
import { freshnessText } from "./freshness.ts";
import { Sentence } from "./sentence.tsx";

interface DecisionFactsProps {
  readonly row: DecisionRow;
  readonly metadata: Decision["metadata"];
  readonly provider: InspectedProvider;
  /** The names of the components that use it; `null` if unknown. */
  readonly components: readonly string[] | null;
}

/** The largest number of components to list. */
const MAX_NAMED = 8;

/** Lists the details of a decision. */
export function DecisionFacts({ row, metadata, provider, components }: DecisionFactsProps): ReactNode {
  const now = useNow();
  const { decision } = row;
  const { principal } = provider.session;
  const resource: unknown = JSON.parse(row.resourceKey);
  return (
    <dl>
      {metadata && (
        <>
          <Fact name="Matched policy">{metadata.matchedPolicy ?? "none"}</Fact>
          <Fact name="Matched scope">{metadata.matchedScope || "none"}</Fact>
          <Fact name="Derived roles">{metadata.effectiveDerivedRoles.join(", ") || "none"}</Fact>
        </>
      )}
      {decision && (
        <>
          <Fact name="Outputs">
            <Lines
              lines={decision.outputs.map(
                ({ source, value, error }) => `${error ?? JSON.stringify(value)} (${source})`,
              )}
            />
          </Fact>
          <Fact name="Schema errors">
            <Lines
              lines={decision.validationErrors.map(
                ({ source, path, message }) =>
                  `${path} of the ${source === "SOURCE_PRINCIPAL" ? "principal" : "resource"}: ${message}`,
              )}
            />
          </Fact>
          <Fact name="Call id">
            {decision.callId ? (
              <>
                <code>{decision.callId}</code> <CopyButton name="call id" text={decision.callId} />
              </>
            ) : (
              "none"
            )}
          </Fact>
        </>
      )}
      <Fact name="Principal">{principal ? `${principal.id} (roles: ${principal.roles.join(", ")})` : "none"}</Fact>
      <Fact name="Age">
        <Sentence text={freshnessText(row, now)} />
      </Fact>
      <Fact name="Components">
        {components ? (
          <Lines lines={components} max={MAX_NAMED} />
        ) : (
          "unknown, because React's component tree could not be read"
        )}
      </Fact>
      <Fact name="Resource, as sent">
        <pre>{JSON.stringify(resource, null, 2)}</pre>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

interface LinesProps {
  readonly lines: readonly string[];
  /** The largest number of lines to show. Default: all. */
  readonly max?: number;
}

/** Lists lines. Equal lines are shown once, with their number. */
function Lines({ lines, max = Infinity }: LinesProps): ReactNode {
  if (lines.length === 0) return "none";
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  const shown = [...counts].slice(0, max);
  return (
    <>
      {shown.map(([line, count]) => (
        <Fragment key={line}>
          {line}
          {count > 1 && ` (${count} times)`}
          <br />
        </Fragment>
      ))}
      {counts.size > shown.length && `and ${counts.size - shown.length} more`}
    </>
  );
}
