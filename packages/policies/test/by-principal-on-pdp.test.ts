// Principal policies and role policies on a real PDP. Cerbos finds them by the principal's id or roles, which the
// sender of a request chooses. The guarded one is from docs/guides/policies.md.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalKinde, startLocalKinde } from "@kinde-cerbos/local-kinde";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { blocksOf } from "../../../docs/test/blocks.ts";
// The CLI starts the PDP. It depends on this package, so it cannot be a dependency of this package.
import { type Pdp, startPdp } from "../../cli/src/internal.ts";
import { policyDirectory } from "../src/index.ts";
import { config, inOne, modes } from "./world.ts";

const page = readFileSync(new URL("../../../docs/guides/policies.md", import.meta.url), "utf8");
const shown = blocksOf("docs/guides/policies.md", page).find(({ code }) => code.includes("principalPolicy:"));

const policies = {
  invoice: {
    resourcePolicy: {
      resource: "invoice",
      version: "default",
      rules: [
        { actions: ["view"], effect: "EFFECT_ALLOW", roles: ["*"] },
        { actions: ["archive"], effect: "EFFECT_ALLOW", roles: ["archivist"] },
      ],
    },
  },
  // A policy without a condition.
  unguarded: {
    principalPolicy: {
      principal: "kp_ann",
      version: "default",
      rules: [
        {
          resource: "invoice",
          actions: [
            { action: "approve", effect: "EFFECT_ALLOW" },
            { action: "view", effect: "EFFECT_DENY" },
          ],
        },
      ],
    },
  },
  // A role that allows nothing on view, and one with the rights of an archivist.
  narrow: { rolePolicy: { role: "contractor", rules: [{ resource: "invoice", allowActions: ["print"] }] } },
  child: {
    rolePolicy: {
      role: "clerk",
      parentRoles: ["archivist"],
      rules: [{ resource: "invoice", allowActions: ["archive"] }],
    },
  },
};

describe.each(modes)("with strictEvaluation: %s", (strictEvaluation) => {
  let kinde: LocalKinde;
  let folder: string;
  let pdp: Pdp;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "kinde-cerbos-principals-"));
    cpSync(policyDirectory, join(folder, "kinde"), { recursive: true });
    rmSync(join(folder, "kinde/doctor.yaml"));
    for (const [name, policy] of Object.entries(policies)) {
      writeFileSync(join(folder, `${name}.json`), JSON.stringify({ apiVersion: "api.cerbos.dev/v1", ...policy }));
    }
    writeFileSync(join(folder, "guarded.yaml"), shown?.code ?? "");
    kinde = await startLocalKinde({ config });
    pdp = await startPdp({
      policies: folder,
      jwksUrl: `${kinde.url}/.well-known/jwks`,
      globals: { issuer: kinde.url, clientId: "web" },
      strictEvaluation,
    });
  });

  afterAll(async () => {
    await pdp.stop();
    await kinde.close();
    rmSync(folder, { recursive: true });
  });

  /** Returns what is allowed on an invoice of org_one for a request with this id, token and roles. */
  async function allowed(id: string, token?: string, roles: readonly string[] = ["user"]): Promise<string[]> {
    const actions = ["view", "approve", "archive"];
    const response = await fetch(`${pdp.url}/api/check/resources`, {
      method: "POST",
      body: JSON.stringify({
        principal: { id, roles },
        resources: [{ resource: { kind: "invoice", id: "1", attr: { orgCode: "org_one" } }, actions }],
        auxData: token === undefined ? undefined : { jwt: { token } },
      }),
    });
    const { results }: { results: { actions: Record<string, string> }[] } = JSON.parse(await response.text());
    return actions.filter((action) => results[0]?.actions[action] === "EFFECT_ALLOW");
  }

  const tokenOf = (sub: string, claims: object = {}): Promise<string> =>
    kinde.createToken({ ...inOne, claims: { sub, ...claims } });

  test("a principal policy without a condition applies to every sender of the id", async () => {
    expect(await allowed("kp_ann")).toEqual(["approve"]);
    expect(await allowed("kp_ann", await tokenOf("kp_eve"))).toEqual(["approve"]);
  });

  test("its denials do not apply to a sender of another id", async () => {
    expect(await allowed("kp_other")).toEqual(["view"]);
  });

  test("the documented policy applies only to its user with their token", async () => {
    expect(await allowed("kp_auditor", await tokenOf("kp_auditor"))).toEqual(["view", "approve"]);
    expect(await allowed("kp_auditor")).toEqual(["view"]);
    expect(await allowed("kp_auditor", await tokenOf("kp_eve"))).toEqual(["view"]);
    expect(await allowed("kp_eve", await tokenOf("kp_auditor"))).toEqual(["view"]);
    for (const claims of [{ azp: "foreign" }, { org_code: "org_two" }]) {
      expect(await allowed("kp_auditor", await tokenOf("kp_auditor", claims))).toEqual(["view"]);
    }
  });

  test("a role policy applies to every sender of the role, and does not restrict one who sends another role too", async () => {
    expect(await allowed("kp_someone", undefined, ["clerk"])).toEqual(["archive"]);
    expect(await allowed("kp_someone", undefined, ["contractor"])).toEqual([]);
    expect(await allowed("kp_someone", undefined, ["contractor", "user"])).toEqual(["view"]);
  });
});
