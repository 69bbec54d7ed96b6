import { type ReactNode, useSyncExternalStore } from "react";
import { type FaultyPdp, type SentRequest } from "./faulty-pdp.ts";

/** The last requests of the small app, as the network tab would show them. */
export function RequestLog({ pdp: { requests, subscribe } }: { readonly pdp: FaultyPdp }): ReactNode {
  const sent = useSyncExternalStore(subscribe, requests);
  return (
    <section className="card request-log" aria-label="Requests">
      <h2>Its requests</h2>
      {sent.length === 0 ? (
        <p className="hint">None yet.</p>
      ) : (
        <ol>
          {sent.map((request) => (
            <li key={request.id} data-good={request.status === 200}>
              <strong>{statusText(request)}</strong> {request.message}
              {request.ms !== null && <span className="hint"> {request.ms.toLocaleString("en")} ms</span>}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function statusText({ status, ms }: SentRequest): string {
  if (ms === null) return "Waiting…";
  return status === null ? "Failed." : String(status);
}
