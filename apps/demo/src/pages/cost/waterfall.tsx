import { type ReactNode } from "react";
import { bytesText, msText } from "./figure-text.ts";
import { type RecordedRequest } from "./recorded-requests.ts";

interface WaterfallProps {
  readonly name: string;
  readonly requests: readonly RecordedRequest[];
  /** When the run began. */
  readonly from: number;
  /** How long the time axis is, ms: the same for all that are to be compared. */
  readonly length: number;
}

/** The height of all bars of many requests, and of one bar of few, in px. */
const MOST = 300;
const BAR = 10;

/** When each request was asked for, sent and answered: as bars, and as a table to read. */
export function Waterfall({ name, requests, from, length }: WaterfallProps): ReactNode {
  const height = Math.max(1, Math.min(BAR, Math.floor(MOST / Math.max(1, requests.length))));
  const gap = height > 3 ? 2 : 0;
  const share = (ms: number): string => `${(100 * ms) / length}%`;
  return (
    <figure className="waterfall">
      <svg width="100%" height={requests.length * height} role="img" aria-label={`Requests over time: ${name}`}>
        {requests.map(({ number, askedAt, sentAt, endedAt }) => (
          <g key={number}>
            <rect
              className="held"
              x={share(askedAt - from)}
              width={share(sentAt - askedAt)}
              y={(number - 1) * height}
              height={height - gap}
            />
            <rect
              className="under-way"
              x={share(sentAt - from)}
              width={share(endedAt - sentAt)}
              y={(number - 1) * height}
              height={height - gap}
            />
          </g>
        ))}
      </svg>
      <figcaption className="hint">
        Each bar is a request. Gray: waiting in the browser. Colored: from sending to the end of the answer.
      </figcaption>
      <details>
        <summary>As a table</summary>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and the keyboard must too */}
        <section className="scrolls" tabIndex={0} aria-label={`Requests as a table: ${name}`}>
          <table>
            <thead>
              <tr>
                <th scope="col">Request</th>
                <th scope="col">Started after</th>
                <th scope="col">Waited</th>
                <th scope="col">Took</th>
                <th scope="col">Sent</th>
                <th scope="col">Received</th>
              </tr>
            </thead>
            <tbody>
              {requests.map(({ number, askedAt, sentAt, endedAt, up, down }) => (
                <tr key={number}>
                  <th scope="row">{number}</th>
                  <td>{msText(askedAt - from)}</td>
                  <td>{msText(sentAt - askedAt)}</td>
                  <td>{msText(endedAt - sentAt)}</td>
                  <td>{bytesText(up)}</td>
                  <td>{bytesText(down)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </figure>
  );
}
