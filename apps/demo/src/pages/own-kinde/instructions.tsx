import { type ReactNode } from "react";
import { docsUrl } from "../../repository.ts";

const ENV_LOCAL = `KINDE_DOMAIN=https://YOUR_DOMAIN.kinde.com
KINDE_CLIENT_ID=YOUR_CLIENT_ID
# Optional: an API in Kinde that tokens must name:
# KINDE_AUDIENCE=https://api.example.com
# Optional: your own PDP, instead of the playground's:
# CERBOS_PDP=http://localhost:3592`;

/** How to use a Kinde and a PDP of one's own. */
export function Instructions(): ReactNode {
  const { origin } = window.location;
  return (
    <section aria-labelledby="use-your-own">
      <h2 id="use-your-own">{OWN_KINDE ? "How it is set up" : "Use your own"}</h2>
      <ol className="steps">
        <li>
          <h3>Create a front-end application in Kinde</h3>
          <p>
            Without a client secret. Allow these callback URLs: <code>{origin}</code> and{" "}
            <code>{`${origin}/silent.html`}</code>. Allow this logout redirect URL: <code>{origin}</code>.
          </p>
        </li>
        <li>
          <h3>Add claims to its access token</h3>
          <p>
            Under Settings &gt; Applications &gt; Details of your application &gt; Tokens &gt; Token customization &gt;
            Customize on the access token, add roles, organization name, e-mail, and the properties of users and
            organizations. Permissions and feature flags are always included.
          </p>
        </li>
        <li>
          <h3>
            Write <code>apps/demo/.env.local</code>, and restart the playground
          </h3>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and the keyboard must too */}
          <pre tabIndex={0} aria-label="apps/demo/.env.local">
            {ENV_LOCAL}
          </pre>
          <p>The local Kinde is then not started. The file contains no secret, and Git ignores it.</p>
        </li>
        <li>
          <h3>Optional: use your own PDP</h3>
          <p>
            Give it the policies in <code>apps/demo/policies</code>, the keys of your Kinde domain, and{" "}
            <code>engine.globals</code> with your issuer and client id. The page and the gateway then both call it. With{" "}
            <code>behindGateway</code> in its globals, it trusts the entitlements that a page sends directly.{" "}
            <a href={docsUrl("guides/pdp.md")}>How to set up a PDP</a>
          </p>
        </li>
      </ol>
    </section>
  );
}
