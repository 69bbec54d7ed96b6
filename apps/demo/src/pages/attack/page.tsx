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
  // Results of one session are not shown to another.
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
          These requests need a document that you may view and one that you may not delete. Sign in as a person who has
          both.
        </p>
      )}
      <p className="attack-legend hint">
        <strong>Denied</strong>: Cerbos decided, and the decision is no. <strong>Refused</strong>: the request was
        rejected without a decision. Open a row to see which layer stopped it, and its message.
      </p>
      <AttackTable
        outcomes={outcomes}
        isSending={!isReady}
        chosen={chosen}
        onChoose={choose}
        onSend={(attack) => sendAll([attack])}
      />
      <section className="attack-notes">
        <h2>What only the gateway stops</h2>
        <p>
          A PDP that browsers call directly is only as safe as its policies. The policies of this playground read only
          the token, so lies about people fail there too. If a single rule read the principal, such as{" "}
          <code>request.principal.attr.permissions</code>, the same lie would succeed directly, but not through the
          gateway, which replaces the principal. The gateway also limits the number and size of requests, accepts no
          policy version from a page, and can refuse revoked tokens.{" "}
          <a href={docsUrl("concepts/security.md")}>Security and threat model</a>
        </p>
      </section>
    </>
  );
}
