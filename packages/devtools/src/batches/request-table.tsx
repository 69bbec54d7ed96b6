import { type ReactNode, useEffect, useRef } from "react";
import { clockText } from "../session/clock-text.ts";
import { type RequestRow } from "./request-row.ts";
import { type Bar } from "./timeline.ts";
import { bytesText } from "./wire-request.ts";

interface RequestTableProps {
  readonly rows: readonly RequestRow[];
  readonly bars: ReadonlyMap<number, Bar>;
  readonly selected: number | null;
  readonly onSelect: (id: number) => void;
}

/** Lists the requests, newest first, each with its bar in the timeline. */
export function RequestTable({ rows, bars, selected, onSelect }: RequestTableProps): ReactNode {
  return (
    <table className="data requests">
      <caption>
        Requests, newest first.{" "}
        <span className="size">
          Sizes are of the JSON body, without the token. Cache hits are checks that the cache answered since the
          previous request.
        </span>
      </caption>
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Request</th>
          <th scope="col">Result</th>
          <th scope="col" className="number">
            Duration
          </th>
          <th scope="col" className="timeline">
            Timeline
          </th>
          <th scope="col" className="number size">
            Sent
          </th>
          <th scope="col" className="number size">
            Received
          </th>
          <th scope="col" className="number size">
            Cache hits
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row
            key={row.attempt.id}
            row={row}
            bar={bars.get(row.attempt.id)}
            isSelected={row.attempt.id === selected}
            onSelect={onSelect}
          />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly row: RequestRow;
  readonly bar: Bar | undefined;
  readonly isSelected: boolean;
  readonly onSelect: (id: number) => void;
}

function Row({ row, bar, isSelected, onSelect }: RowProps): ReactNode {
  const { attempt, outcome, sentBytes, receivedBytes, cacheHits } = row;
  const { id, startedAt, endedAt, tries } = attempt;
  const line = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    // The list gets narrower and longer beside the details.
    if (isSelected) line.current?.scrollIntoView({ block: "nearest" });
  }, [isSelected]);
  return (
    <tr ref={line} className={`${isSelected ? "selected" : ""} ${bar?.isFirst ? "first" : ""}`}>
      <td className="time">{clockText(startedAt, 3)}</td>
      <th scope="row">
        <button className="link" data-request={id} aria-pressed={isSelected} onClick={() => onSelect(id)}>
          {subjectOf(row)}
        </button>
        {tries > 1 && <span className="warn"> retry {tries - 1}</span>}
      </th>
      <td className={COLORS[outcome.state]}>{outcome.text}</td>
      <td className="number">{endedAt === null ? "…" : `${endedAt - startedAt} ms`}</td>
      <td className="timeline">
        {bar && <span className="bar" style={{ marginInlineStart: percent(bar.start), width: percent(bar.length) }} />}
      </td>
      <td className="number size">{bytesText(sentBytes)}</td>
      <td className="number size">{receivedBytes === null ? "none" : bytesText(receivedBytes)}</td>
      <td className="number size">{cacheHits}</td>
    </tr>
  );
}

const COLORS: { readonly [state in RequestRow["outcome"]["state"]]: string } = {
  pending: "muted",
  answered: "",
  refused: "deny",
  split: "warn",
  retried: "warn",
  aborted: "muted",
  failed: "deny",
};

/** Returns the title of a request: `11 checks on 6 resources`, or its only check. */
export function subjectOf({ attempt, checks, resources }: RequestRow): string {
  if (attempt.what === "plan") return `Plan: ${attempt.request.actions.join(", ")} on ${attempt.request.resource.kind}`;
  const [entry] = attempt.request.resources;
  if (checks === 1 && entry) return `${entry.actions.join()} on ${entry.resource.kind} ${entry.resource.id}`;
  return `${checks} checks on ${resources} ${resources === 1 ? "resource" : "resources"}`;
}

function percent(part: number): string {
  return `${part * 100}%`;
}
