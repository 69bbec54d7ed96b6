import { type ReactNode, useCallback, useSyncExternalStore } from "react";
import { type TabProps } from "../panel/tab.ts";
import { ClaimsTable } from "./claims-table.tsx";
import { Expiry } from "./expiry.tsx";
import { LastRefresh } from "./last-refresh.tsx";
import { MissingClaimsList } from "./missing-claims-list.tsx";
import { PrincipalDetails } from "./principal-details.tsx";
import { STATUS_TEXTS } from "./status-text.ts";

/** Shows the user as policies see them: session, principal and claims. */
export function SessionTab({ provider, recorder }: TabProps): ReactNode {
  const { id, session, claims } = provider;
  const { status, principal, orgCode, expiresAt, error } = session;
  const sessionsNow = useCallback(() => recorder.sessionsOf(id), [recorder, id]);
  const sessions = useSyncExternalStore(recorder.subscribe, sessionsNow, sessionsNow);
  return (
    <div className="session">
      <section aria-label="Status">
        <h2>Status</h2>
        <dl>
          <dt>Session</dt>
          <dd className={status === "error" || status === "expired" ? "deny" : undefined}>{STATUS_TEXTS[status]}</dd>
          {error && (
            <>
              <dt>Reason</dt>
              <dd>
                <code>{error.code}</code> {error.message}
              </dd>
            </>
          )}
          <dt>Organization</dt>
          <dd>
            {orgCode === null ? (
              <span className="muted">none</span>
            ) : (
              <>
                <code>{orgCode}</code> {claims?.org_name}
              </>
            )}
          </dd>
          {claims && (
            <>
              <dt>Token expires</dt>
              <dd>
                <Expiry expiresAt={expiresAt} />
              </dd>
            </>
          )}
        </dl>
      </section>
      {principal && <PrincipalDetails principal={principal} claims={claims} />}
      {claims && <MissingClaimsList claims={claims} />}
      <LastRefresh sessions={sessions} />
      {claims && (
        <section aria-label="Claims" className="wide">
          <h2>Claims</h2>
          <ClaimsTable claims={claims} principal={principal} />
        </section>
      )}
    </div>
  );
}
