import { type Principal } from "@kinde-cerbos/core";
import { fieldsOf } from "@kinde-cerbos/core/internal";
import { usePermissionsSession } from "@kinde-cerbos/react";
import { type ReactNode } from "react";

interface Wish {
  /** A part of the principal that the playground's policies read. */
  readonly name: string;
  /** What it allows. */
  readonly opens: string;
  /** Where to set it in Kinde. */
  readonly place: string;
  readonly isIn: (principal: Principal) => boolean;
}

const has = (principal: Principal, attribute: string, name: string): boolean => {
  const value = principal.attr[attribute];
  return Array.isArray(value) ? value.includes(name) : Object.hasOwn(fieldsOf(value), name);
};

const WISHES: readonly Wish[] = [
  {
    name: "An organization",
    opens: "Everything: each document belongs to an organization",
    place: "Your user is a member of an organization",
    isIn: ({ attr }) => typeof attr["orgCode"] === "string" && attr["orgCode"] !== "",
  },
  {
    name: "The role admin",
    opens: "Publish and delete",
    place: "A role with this key, and roles enabled in the access token",
    isIn: ({ roles }) => roles.includes("admin"),
  },
  {
    name: "The role reviewer",
    opens: "Publish documents of others in your department",
    place: "A role with this key, and roles enabled in the access token",
    isIn: ({ roles }) => roles.includes("reviewer"),
  },
  {
    name: "The permission documents:edit",
    opens: "Edit drafts and documents in review, and export",
    place: "A permission with this key, in a role of the user",
    isIn: (principal) => has(principal, "permissions", "documents:edit"),
  },
  {
    name: "The flag external_sharing",
    opens: "Share",
    place: "A boolean feature flag with this key, set to true",
    isIn: ({ attr }) => fieldsOf(attr["featureFlags"])["external_sharing"] === true,
  },
  {
    name: "The property department",
    opens: "Publish as a reviewer: finance, legal or product",
    place: "A user property with this key, enabled in the access token",
    isIn: (principal) => has(principal, "userProperties", "department"),
  },
  {
    name: "The entitlement exports",
    opens: "Export, through the gateway",
    place: "A feature of the plan with this key",
    isIn: (principal) => has(principal, "entitlements", "exports"),
  },
];

/** The parts of the principal that the policies read, and whether the user has them. Nobody needs all of them. */
export function TokenChecklist(): ReactNode {
  const { principal } = usePermissionsSession();
  return (
    <section aria-labelledby="looked-for">
      <h2 id="looked-for">What the policies check</h2>
      <p className="hint">None of these is required. If you lack one, the Workspace shows its actions as denied.</p>
      <table className="wishes">
        <thead>
          <tr>
            <th scope="col">{principal ? "You have it" : "Checked"}</th>
            <th scope="col">It allows</th>
            <th scope="col">In Kinde</th>
          </tr>
        </thead>
        <tbody>
          {WISHES.map(({ name, opens, place, isIn }) => {
            const isThere = principal !== null && isIn(principal);
            return (
              <tr key={name} data-there={isThere}>
                <th scope="row">
                  {principal && <span className="state">{isThere ? "Yes" : "No"}</span>} {name}
                </th>
                <td>{opens}</td>
                <td>{place}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
