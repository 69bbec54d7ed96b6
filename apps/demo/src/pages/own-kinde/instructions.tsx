import { type ReactNode } from "react";
import { docsUrl } from "../../repository.ts";

const ENV_LOCAL = `KINDE_DOMAIN=https://YOUR_DOMAIN.kinde.com
KINDE_CLIENT_ID=YOUR_CLIENT_ID
# An API of yours in Kinde, if tokens should name one:
# KINDE_AUDIENCE=https://api.example.com
# A PDP of yours, if it should decide in the place of the playground's:
# CERBOS_PDP=http://localhost:3592`;

/** How to use a Kinde and a PDP of one's own. */
export function Instructions(): ReactNode {
  const { origin } = window.location;
  return (
    <section aria-labelledby="use-your-own">
      <h2 id="use-your-own">{OWN_KINDE ? "How it is set" : "Use your own"}</h2>
      <ol className="steps">
        <li>
          <h3>In Kinde, a front-end application</h3>
          <p>
            Without a client secret. Allow these callback URLs: <code>{origin}</code> and{" "}
            <code>{`${origin}/silent.html`}</code>. Allow this logout redirect URL: <code>{origin}</code>.
          </p>
        </li>
        <li>
          <h3>What its tokens hold</h3>
          <p>
            Customize the access token: roles, organization name, e-mail, and the properties of users and organizations.
            Permissions and feature flags are in it anyway.
          </p>
        </li>
        <li>
          <h3>
            Write <code>apps/demo/.env.local</code>, and start the demo again
          </h3>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and the keyboard must too */}
          <pre tabIndex={0} aria-label="apps/demo/.env.local">
            {ENV_LOCAL}
          </pre>
          <p>The local issuer is not started then. There is no secret in the file, and Git leaves it out.</p>
        </li>
        <li>
          <h3>A PDP of your own</h3>
          <p>
            Give it the policies in <code>apps/demo/policies</code>, the keys of your Kinde domain, and{" "}
            <code>engine.globals</code> with your issuer and client id. Both ways ask it then, directly and through the
            gateway. If its globals say <code>behindGateway</code>, it believes what a page says of its plan when the
            page asks directly. <a href={docsUrl("pdp.md")}>How to set up a PDP</a>
          </p>
        </li>
      </ol>
    </section>
  );
}
