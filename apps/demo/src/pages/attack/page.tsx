import { usePermissionsSession } from "@kinde-cerbos/react";
import { type ReactNode } from "react";
import { docsUrl } from "../../repository.ts";
import { useSearchParam } from "../../ui/use-search-param.ts";
import { AttackTable } from "./attack-table.tsx";
import { ATTACKS } from "./attacks.ts";
import { Summary } from "./summary.tsx";
import { useAttacks } from "./use-attacks.ts";
import { useMeans } from "./use-means.ts";
import "./attack.css";

/** Lies that a browser can tell, each as a request that this page sends. */
export function Page(): ReactNode {
  const { id } = usePermissionsSession();
  // What came of one session's lies is not another's.
  return <Attacks key={id} />;
}

function Attacks(): ReactNode {
  const [chosen, choose] = useSearchParam("lie");
  const { isPending, collect } = useMeans();
  const { outcomes, isSending, send } = useAttacks();
  const isReady = collect !== null && !isSending;
  const sendAll = (attacks: typeof ATTACKS): void => {
    if (isReady) void send(attacks, collect);
  };
  return (
    <>
      <div className="attack-tools">
        <button type="button" className="primary" aria-disabled={!isReady} onClick={() => sendAll(ATTACKS)}>
          Send all {ATTACKS.length}
        </button>
        <Summary outcomes={outcomes} isSending={isSending} />
      </div>
      {!isPending && collect === null && !isSending && (
        <p className="hint">
          The lies need a document that you may view and one that you may not delete. Sign in as somebody who has both.
        </p>
      )}
      <p className="attack-legend hint">
        <strong>Denied</strong>: the request was answered, with no. <strong>Refused</strong>: it got no answer to what
        it asks. Open one for who stopped it, and in which words.
      </p>
      <AttackTable
        outcomes={outcomes}
        isSending={!isReady}
        chosen={chosen}
        onChoose={choose}
        onSend={(attack) => sendAll([attack])}
      />
      <section className="attack-notes">
        <h2>What only the gateway can stop</h2>
        <p>
          The direct way is as good as the policies behind it. Those of this playground read nothing but the token, so
          the lies about people come to nothing there as well. Let one rule of a policy read the principal, such as{" "}
          <code>request.principal.attr.permissions</code>, and the same lie opens it directly, but not through the
          gateway, which replaces the principal. The gateway also limits how often and how much a user may ask, takes no
          policy version from a page, and can refuse a token that was revoked.{" "}
          <a href={docsUrl("security.md")}>Security, threat by threat</a>
        </p>
      </section>
    </>
  );
}
