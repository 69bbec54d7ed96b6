import { type KindeClaims } from "@kinde-cerbos/core";
import { type ReactNode } from "react";
import { type Attempt } from "../record/attempt.ts";
import { CopyText } from "./copy-text.tsx";
import { curlCommand } from "./curl.ts";
import { playgroundFiles, policyTest } from "./policy-test-files.ts";

interface RequestExportsProps {
  readonly attempt: Attempt;
  readonly address: string | undefined;
  readonly claims: KindeClaims | null;
}

/** Shows exports of a request: a curl command, a policy test, and files for the Cerbos playground. */
export function RequestExports({ attempt, address, claims }: RequestExportsProps): ReactNode {
  const test = policyTest(attempt, claims);
  const { hasToken } = attempt.request;
  return (
    <>
      <details>
        <summary>curl command</summary>
        <p>
          For bash, zsh and sh. {hasToken && "Set the variable TOKEN to the user's Kinde access token first."}{" "}
          {address === undefined &&
            "Set the variable PDP_URL to the URL of your PDP, which your PDP client does not expose."}
        </p>
        <CopyText name="curl" text={curlCommand(attempt, address, document.baseURI)} />
      </details>
      <details>
        <summary>Cerbos test case</summary>
        {test ? (
          <>
            <p>
              Save this file beside your policies and run <code>cerbos compile</code>. It expects the effects that the
              PDP returned. {claimsText(hasToken, claims)} If policies read <code>globals</code>, add them to its{" "}
              <code>options</code>. If your PDP does not enforce schemas, add <code>--ignore-schemas</code>.
            </p>
            <CopyText name={test.name} text={test.text} />
          </>
        ) : (
          <p>
            {attempt.what === "plan"
              ? "Cerbos tests cover only checks, but this request is for a plan."
              : "The PDP answered none of these checks, so there are no effects to expect."}
          </p>
        )}
      </details>
      <details>
        <summary>Files for the Cerbos playground</summary>
        <p>
          In Cerbos Hub, create a playground with your policies, and add these files. Then select them in the sidebar
          under Implement &gt; Try the API. {claimsText(hasToken, claims)}
        </p>
        {playgroundFiles(attempt, claims).map(({ name, text }) => (
          <CopyText key={name} name={name} text={text} />
        ))}
      </details>
    </>
  );
}

function claimsText(hasToken: boolean, claims: KindeClaims | null): string {
  if (!hasToken) return "";
  return claims
    ? "The token's claims are included instead of the token."
    : "The token's claims are no longer known. Add them as auxData.";
}
