import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { kindeCerbosTypegen } from "@kinde-cerbos/cli/vite";
import { kindeEntitlements } from "@kinde-cerbos/core";
import { createEvents, createKindeManagement } from "@kinde-cerbos/server";
import { kindeCerbos } from "@kinde-cerbos/server/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { documentsApi } from "./server/documents-plugin.ts";
import { kindeWebhook } from "./server/kinde-webhook.ts";
import { ownKindeApi } from "./server/own-kinde/plugin.ts";
import { playground } from "./server/playground/plugin.ts";
import { policyRules } from "./server/policy-rules-plugin.ts";

const {
  VITE_KINDE_DOMAIN,
  VITE_KINDE_CLIENT_ID,
  VITE_KINDE_AUDIENCE = "https://documents.example.com",
  OWN_KINDE,
  PDP_URL,
  DIRECT_PDP_URL = "http://127.0.0.1:3594",
  DOCUMENTS_DATABASE = ":memory:",
  POLICIES = fileURLToPath(new URL("policies", import.meta.url)),
  PDP_ADMIN,
} = process.env;

const issuer = VITE_KINDE_DOMAIN ?? "http://localhost:4005";

/** Whether a Kinde of one's own is in the place of the local Kinde: see stack/own-kinde.ts. */
const isOwnKinde = Boolean(OWN_KINDE);

/** The config of the local Kinde. Read, not imported, because a change of kinde.json would restart the server. */
const {
  organizations,
  people,
  machines: [machine],
}: {
  readonly organizations: readonly { readonly code: string; readonly name: string }[];
  readonly people: readonly { readonly id: string; readonly givenName: string; readonly familyName: string }[];
  readonly machines: readonly { readonly clientId: string; readonly clientSecret: string }[];
} = isOwnKinde
  ? { organizations: [], people: [], machines: [] }
  : JSON.parse(readFileSync(new URL("kinde.json", import.meta.url), "utf8"));

/** Ends Kinde's cache of claims, without which a role's new permission is not in the next token. */
const management =
  machine && createKindeManagement({ domain: issuer, clientId: machine.clientId, clientSecret: machine.clientSecret });

/** Tells open pages what has changed: the policies, by the playground, and rights, by Kinde's webhook. */
const events = createEvents({ refreshClaims: management?.refreshClaims });

/** Which tokens are valid, what is known of a user, and which PDPs decide: the same for the gateway and the API. */
const trust = {
  issuer,
  clientId: VITE_KINDE_CLIENT_ID ?? "kinde-cerbos-demo",
  audience: VITE_KINDE_AUDIENCE || undefined,
  // No token has entitlements: each of both asks Kinde for them.
  principal: { enrich: kindeEntitlements({ domain: issuer }) },
  // A token from before a change is refused at once: the page gets another one.
  isRevoked: events.isRevoked,
  // One, or several with commas between them.
  pdp: (PDP_URL ?? "http://127.0.0.1:3592").split(","),
};

/**
 * The direct way: a PDP itself behind the page's own origin. It is another one, since it must not believe what a page
 * says of a plan. Its admin API is not for pages.
 */
const direct = {
  "/pdp/api": { target: DIRECT_PDP_URL, rewrite: (path: string) => path.replace(/^\/pdp/, "") },
};

/**
 * What the development server gives to whoever asks: the page's own files, and what they import. Vite's default is the
 * whole repository, with leave for the pages of all ports on localhost to read it.
 */
const served = {
  cors: false,
  fs: {
    allow: ["src", "node_modules/.vite"],
    deny: [
      // Vite's own list, which this one replaces.
      ".env",
      ".env.*",
      "*.{crt,pem,key,p12,pfx,cer,der}",
      ".npmrc",
      ".yarnrc.yml",
      "**/.git/**",
      // Keys of the issuer, tokens in the traces of tests, and data.
      "**/.kinde-cerbos/**",
      "**/signing-key*",
      "**/test-results/**",
      "*.{sqlite,db}*",
    ],
  },
};

/**
 * Writes src/cerbos.gen.ts again after a change of a policy or kinde.json. Not before a build and not in tests: the
 * check that the file is up to date would never find that it is not.
 */
const typegen: Plugin = {
  ...kindeCerbosTypegen({ policies: "policies", kinde: "kinde.json" }),
  apply: (_, { command }) => command === "serve" && process.env["VITEST"] === undefined,
};

export default defineConfig({
  plugins: [
    react(),
    typegen,
    // The playground shows why: a preview of it is for looking at as well.
    kindeCerbos({ ...trust, path: "/authz", metadata: true, events }),
    policyRules({ policies: POLICIES }),
    documentsApi({ ...trust, database: DOCUMENTS_DATABASE, adoptsOrganizations: isOwnKinde }),
    ownKindeApi({ ...trust, isOwnKinde }),
    kindeWebhook({ issuer, events }),
    playground({
      ...trust,
      onPoliciesChanged: () => void events.policiesChanged(),
      directPdp: DIRECT_PDP_URL,
      policies: POLICIES,
      pdpAdmin: PDP_ADMIN,
    }),
  ],
  // @cerbos/http is half of the page: see the docs on what it costs.
  build: { chunkSizeWarningLimit: 720 },
  define: {
    OWN_KINDE: JSON.stringify(isOwnKinde),
    OWN_PDP: JSON.stringify(isOwnKinde && PDP_ADMIN === undefined),
    ORGANIZATIONS: JSON.stringify(organizations.map(({ code, name }) => ({ code, name }))),
    PEOPLE: JSON.stringify(people.map(({ id, givenName, familyName }) => ({ id, name: `${givenName} ${familyName}` }))),
  },
  server: { host: "localhost", strictPort: true, proxy: direct, ...served },
  preview: { host: "localhost", strictPort: true, proxy: direct },
});
