import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Pdp, startPdp } from "@kinde-cerbos/cli/internal";
import { type LocalKinde, startLocalKinde } from "@kinde-cerbos/local-kinde";
import { CLIENT_ID, kindeConfig } from "../../stack/kinde-config.ts";

/** Kinds with characters that Cerbos replaces in names of policies, and some that it does not. */
export const KINDS = [
  "order",
  "purchase:order",
  "my kind",
  "kind.with.dots",
  "größe",
  "書類",
  "a/b",
  "dash--ed",
  "a::b",
  "mail@home",
] as const;

/** The rules that each kind has. Their lines in the file are found by their names. */
const RULES = `
    - name: admins-view
      actions: [view]
      effect: EFFECT_ALLOW
      roles: [admin, auditor]
    - name: owners-view
      actions: ["view:*"]
      effect: EFFECT_ALLOW
      derivedRoles: [owner]
    - name: admin-owners-view
      actions: [view]
      effect: EFFECT_ALLOW
      derivedRoles: [admin_owner]
    - name: everyone-views-public
      actions: [view]
      effect: EFFECT_ALLOW
      roles: ["*"]
      condition: { match: { expr: "V.is_public" } }
    - name: nobody-views-locked
      actions: [view, edit]
      effect: EFFECT_DENY
      roles: ["*"]
      condition: { match: { all: { of: [{ expr: "R.attr.locked" }, { expr: "!V.is_public" }] } } }
    - name: guests-never-view
      actions: [view]
      effect: EFFECT_DENY
      roles: [guest]
    - actions: [edit]
      effect: EFFECT_ALLOW
      roles: [user]
      condition: { match: { expr: "R.attr.state == 'draft'" } }
    - name: mixed
      actions: [share]
      effect: EFFECT_ALLOW
      roles: [admin]
      derivedRoles: [owner]
    - name: members-archive
      actions: [archive]
      effect: EFFECT_ALLOW
      derivedRoles: [member]
`;

function resourcePolicy(kind: string, scope: string, rules: string): string {
  return `apiVersion: api.cerbos.dev/v1
resourcePolicy:
  resource: ${JSON.stringify(kind)}
  version: default
  ${scope && `scope: ${scope}`}
  importDerivedRoles: [my-roles]
  variables:
    local:
      is_public: R.attr.state == "public"
  rules:${rules}`;
}

const FILES: { readonly [file: string]: string } = {
  ...Object.fromEntries(KINDS.map((kind, at) => [`kind_${at}.yaml`, resourcePolicy(kind, "", RULES)])),
  "roles.yaml": `apiVersion: api.cerbos.dev/v1
derivedRoles:
  name: my-roles
  definitions:
    - name: owner
      parentRoles: [user]
      condition: { match: { expr: R.attr.owner == P.id } }
    - name: admin_owner
      parentRoles: [admin]
      condition: { match: { expr: R.attr.owner == P.id } }
    - name: member
      parentRoles: ["*"]
    - name: broken
      parentRoles: ["*"]
      condition: { match: { expr: R.attr.absent == 1 } }
`,
  "scoped.yaml": resourcePolicy(
    "scoped",
    "",
    `
    - name: top-admins-edit
      actions: [edit]
      effect: EFFECT_ALLOW
      roles: [admin]
    - name: top-users-edit-drafts
      actions: [edit]
      effect: EFFECT_ALLOW
      roles: [user]
      condition: { match: { expr: "R.attr.state == 'draft'" } }
    - actions: [view]
      effect: EFFECT_ALLOW
      roles: [user]
    - name: top-admins-print
      actions: [print]
      effect: EFFECT_ALLOW
      roles: [admin]
`,
  ),
  "scoped_acme.yaml": resourcePolicy(
    "scoped",
    "acme",
    `
    - name: acme-locks
      actions: [edit]
      effect: EFFECT_DENY
      roles: [user]
      condition: { match: { expr: R.attr.locked } }
`,
  ),
  "odd.yaml": resourcePolicy(
    "odd",
    "",
    `
    - name: fails
      actions: [edit]
      effect: EFFECT_ALLOW
      roles: [user]
      condition: { match: { expr: R.attr.absent == 1 } }
    - name: would-do
      actions: [edit]
      effect: EFFECT_ALLOW
      roles: [user]
      condition: { match: { expr: "R.attr.state == 'draft'" } }
    - name: denies-in-error
      actions: [print]
      effect: EFFECT_DENY
      roles: [user]
      condition: { match: { expr: R.attr.absent == 1 } }
    - name: prints
      actions: [print]
      effect: EFFECT_ALLOW
      roles: [user]
    - name: for-broken
      actions: [scan]
      effect: EFFECT_ALLOW
      derivedRoles: [broken]
    - name: scans-drafts
      actions: [scan]
      effect: EFFECT_ALLOW
      roles: [user]
      condition: { match: { expr: "R.attr.state == 'draft'" } }
    - name: eves-read
      actions: [read]
      effect: EFFECT_ALLOW
      roles: [user]
`,
  ),
  "strict.yaml": resourcePolicy(
    "strict",
    "",
    `
    - name: guests-never-print
      actions: [print]
      effect: EFFECT_DENY
      roles: [guest]
    - name: prints-drafts
      actions: [print]
      effect: EFFECT_ALLOW
      roles: [user]
      condition: { match: { expr: "R.attr.state == 'draft'" } }
    - name: nobody-burns
      actions: [burn]
      effect: EFFECT_DENY
      roles: ["*"]
`,
  ),
  "eve.yaml": `apiVersion: api.cerbos.dev/v1
principalPolicy:
  principal: eve
  version: default
  rules:
    - resource: odd
      actions:
        - name: not-eve
          action: read
          effect: EFFECT_DENY
        - action: edit
          effect: EFFECT_ALLOW
`,
  "manager.yaml": `apiVersion: api.cerbos.dev/v1
rolePolicy:
  role: manager
  version: default
  parentRoles: [user]
  rules:
    - resource: order
      allowActions: [edit]
    - resource: scoped
      allowActions: [edit]
`,
};

/** A check of an action, in the tests of reasons. */
export interface ReasonsCheck {
  /** Default: `order`. */
  readonly kind?: string;
  readonly scope?: string;
  /** The user. Default: `ada`. */
  readonly id?: string;
  readonly roles?: readonly string[];
  /** Attributes that replace those of {@link reasonsResource}. */
  readonly attr?: { readonly [name: string]: string | boolean | number };
}

/** The resource of a check. */
export function reasonsResource({ kind = "order", scope, attr }: ReasonsCheck) {
  return { kind, id: "1", attr: { locked: false, state: "closed", owner: "bob", ...attr }, ...(scope && { scope }) };
}

/** A PDP with these policies, and their folder. */
export interface ReasonsPdp {
  readonly folder: string;
  readonly pdp: Pdp;
  readonly globals: { readonly issuer: string; readonly clientId: string };
  /** The line of a file that has this text, from 1. */
  lineOf(file: string, text: string): number;
  close(): Promise<void>;
}

export async function startReasonsPdp(more: { readonly [file: string]: string } = {}): Promise<ReasonsPdp> {
  const folder = mkdtempSync(join(tmpdir(), "kinde-cerbos-reasons-"));
  const files = { ...FILES, ...more };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  const kinde: LocalKinde = await startLocalKinde({ config: await kindeConfig("http://localhost:5173") });
  const globals = { issuer: kinde.url, clientId: CLIENT_ID };
  const pdp = await startPdp({ policies: folder, jwksUrl: `${kinde.url}/.well-known/jwks`, globals });
  return {
    folder,
    pdp,
    globals,
    lineOf: (file, text) => (files[file] ?? "").split("\n").findIndex((line) => line.includes(text)) + 1,
    async close() {
      await pdp.stop();
      await kinde.close();
      rmSync(folder, { recursive: true });
    },
  };
}
