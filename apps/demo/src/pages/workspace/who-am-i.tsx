import { usePermissionsSession } from "@kinde-cerbos/react";
import { useKindeAuth } from "@kinde-oss/kinde-auth-react";
import { type ReactNode } from "react";

/** The signed-in user, as the policies see it. */
export function WhoAmI(): ReactNode {
  const { user } = useKindeAuth();
  const { principal, orgCode } = usePermissionsSession();
  const attr = principal?.attr ?? {};
  return (
    <section className="who card" aria-label="Who I am">
      <h2>
        {user?.givenName} {user?.familyName} <span className="hint">what the policies know about you</span>
      </h2>
      <dl>
        <div>
          <dt>Organization</dt>
          <dd>{typeof attr["orgName"] === "string" ? attr["orgName"] : orgCode}</dd>
        </div>
        <div>
          <dt>Roles</dt>
          <dd>
            <Tags of={principal?.roles ?? []} />
          </dd>
        </div>
        <div>
          <dt>Permissions</dt>
          <dd>
            <Tags of={Array.isArray(attr["permissions"]) ? attr["permissions"].map(String) : []} />
          </dd>
        </div>
        <div>
          <dt>Feature flags</dt>
          <dd>
            <Tags of={pairs(attr["featureFlags"])} />
          </dd>
        </div>
        <div>
          <dt>Plan includes</dt>
          <dd>
            <Tags of={limits(attr["entitlements"])} />
          </dd>
        </div>
        <div>
          <dt>Properties</dt>
          <dd>
            <Tags of={[...pairs(attr["userProperties"]), ...pairs(attr["organizationProperties"])]} />
          </dd>
        </div>
      </dl>
    </section>
  );
}

function pairs(values: unknown): string[] {
  if (typeof values !== "object" || values === null) return [];
  return Object.entries(values).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
}

/** An entitlement without a number is one that the plan has or has not. */
function limits(entitlements: unknown): string[] {
  return pairs(entitlements).map((pair) => pair.replace(/: null$/, ""));
}

function Tags({ of }: { readonly of: readonly string[] }): ReactNode {
  if (of.length === 0) return <span className="hint">none</span>;
  return (
    <ul className="tags">
      {of.map((tag) => (
        <li key={tag}>{tag}</li>
      ))}
    </ul>
  );
}
