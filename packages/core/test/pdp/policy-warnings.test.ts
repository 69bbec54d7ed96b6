import { createAuthorizer, createSession, type PdpRequest, type PolicyDecisionPoint } from "@kinde-cerbos/core";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { type PolicyNames } from "../../src/pdp/name-warnings.ts";
import { answerOf, fakePdp, type Row, rowsFor, SIGNATURE, token } from "../support.ts";

/** What Cerbos says of each action of a row: all are denied, and `policy` matched. */
function denied(request: PdpRequest, policy: string, more: object = {}): Row[] {
  return rowsFor(request, () => "EFFECT_DENY").map((row) => {
    const effects = Object.keys(row.actions).map((action) => [action, { matchedPolicy: policy, matchedScope: "" }]);
    const metadata = request.includeMetadata && { actions: Object.fromEntries(effects), effectiveDerivedRoles: [] };
    return Object.assign(row, metadata && { metadata }, more);
  });
}

const deniedBy = (policy: string, more?: object) => fakePdp((request) => answerOf(denied(request, policy, more)));

/** An authorizer on a page that has just loaded, as React makes it in development, and what it warned of. */
async function setUp(
  pdp: PolicyDecisionPoint,
  { names, ...options }: { includeMetadata?: boolean; names?: PolicyNames } = {},
) {
  const { withPolicyWarnings } = await import("../../src/pdp/policy-warnings.ts");
  const warnings: string[] = [];
  const watched = withPolicyWarnings(pdp, (message) => warnings.push(message), names);
  const session = await createSession(token());
  return { authorizer: createAuthorizer({ pdp: watched, session, ...options }), watched, warnings };
}

const document = { kind: "documnet", id: "secret-id", attr: { owner: "secret-owner" } };

beforeEach(() => vi.resetModules());

describe("a check that no policy matches", () => {
  it("is warned of with its kind and action, and with nothing of the resource or the token", async () => {
    const { authorizer, warnings } = await setUp(deniedBy("NO_MATCH"));
    await authorizer.check({ action: "view", resource: document });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /denied "view" on kind "documnet" because no policy matched that kind \(the PDP's default version, no scope\): NO_MATCH\./,
    );
    expect(warnings[0]).not.toMatch(new RegExp(`secret|${SIGNATURE}`));
  });

  it("is warned of once for each kind and action, with the actions of a resource together", async () => {
    const { authorizer, warnings } = await setUp(deniedBy("NO_MATCH"));
    const ask = (id: string, ...actions: string[]) =>
      authorizer.checkAll(actions.map((action) => ({ action, resource: { ...document, id } })));
    await Promise.all([ask("1", "view", "edit"), ask("2", "view", "edit")]);
    await ask("3", "view", "edit");
    expect(warnings).toEqual([expect.stringContaining('denied "view", "edit" on kind')]);
    await ask("1", "view", "delete");
    expect(warnings).toEqual([expect.anything(), expect.stringContaining('denied "delete" on kind')]);
  });

  it("is warned of with the version and the scope, each of which may be what no policy has", async () => {
    const { authorizer, warnings } = await setUp(deniedBy("NO_MATCH"));
    for (const more of [{}, { scope: "org_b" }, { policyVersion: "v9" }, { policyVersion: "v9", scope: "org_b" }]) {
      await authorizer.check({ action: "view", resource: { ...document, ...more } });
    }
    expect(warnings.map((text) => /\(([^)]*)\)/.exec(text)?.[1])).toEqual([
      "the PDP's default version, no scope",
      'the PDP\'s default version, scope "org_b"',
      'version "v9", no scope',
      'version "v9", scope "org_b"',
    ]);
  });

  it("is not warned of where a policy matched, as for an action that no rule names, nor where it is allowed", async () => {
    const matched = await setUp(deniedBy("resource.document.vdefault"));
    await matched.authorizer.check({ action: "veiw", resource: document });
    const allowed = await setUp(fakePdp());
    await allowed.authorizer.check({ action: "view", resource: document });
    expect([matched.warnings, allowed.warnings]).toEqual([[], []]);
  });

  it("is not warned of where a gateway leaves out metadata", async () => {
    const pdp = fakePdp((request) => answerOf(denied({ ...request, includeMetadata: false }, "NO_MATCH")));
    const { authorizer, warnings } = await setUp(pdp);
    expect(await authorizer.check({ action: "view", resource: document })).toMatchObject({ allowed: false });
    expect(pdp.requests[0]?.body.includeMetadata).toBe(true);
    expect(warnings).toEqual([]);
  });
});

describe("what the app sees", () => {
  it("is what it sees without warnings: metadata if it asked for it, and none if not", async () => {
    const pdp = deniedBy("NO_MATCH", { outputs: [{ source: "rule", value: 1 }] });
    for (const includeMetadata of [false, true]) {
      const { authorizer } = await setUp(pdp, { includeMetadata });
      const plain = createAuthorizer({ pdp, session: authorizer.session, includeMetadata });
      const decision = await authorizer.check({ action: "view", resource: document });
      expect(decision).toStrictEqual(await plain.check({ action: "view", resource: document }));
      expect("metadata" in decision).toBe(includeMetadata);
    }
  });

  it("is the PDP's error, or that of an answer that cannot be read, and no warning", async () => {
    const answers = [null, "nothing", answerOf([null]), answerOf([{ resource: { kind: "other", id: "1" } }])];
    for (const answer of answers) {
      const { authorizer, warnings } = await setUp(fakePdp(() => answer));
      const failure = authorizer.check({ action: "view", resource: document });
      await expect(failure).rejects.toMatchObject({ code: "malformed_response" });
      expect(warnings).toEqual([]);
    }
    const refusing = fakePdp(() => Promise.reject(Object.assign(new Error("no"), { code: 7 })));
    const { authorizer } = await setUp(refusing);
    await expect(authorizer.check({ action: "view", resource: document })).rejects.toMatchObject({
      code: "request_refused",
    });
  });

  it("is its decision, whatever becomes of the warning", async () => {
    const { withPolicyWarnings } = await import("../../src/pdp/policy-warnings.ts");
    const pdp = withPolicyWarnings(deniedBy("NO_MATCH"), () => {
      throw new Error("no console");
    });
    const authorizer = createAuthorizer({ pdp, session: await createSession(null) });
    expect(await authorizer.check({ action: "view", resource: document })).toMatchObject({ allowed: false });
  });

  it("is the refusal of what is no client, and of a plan where the client has none", async () => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what an untyped caller passes
    await expect(setUp({} as PolicyDecisionPoint)).rejects.toMatchObject({ code: "invalid_option" });
    const { authorizer } = await setUp(fakePdp());
    const plan = authorizer.plan({ kind: "document", action: "view" });
    await expect(plan).rejects.toMatchObject({ code: "invalid_option" });
  });
});

describe("attributes that do not fit their schema", () => {
  const error = { path: "/ok", message: "expected boolean, but got string", source: "SOURCE_RESOURCE" };
  const ofPrincipal = { path: "/plan", message: "'secret-plan' is not valid 'email'", source: "SOURCE_PRINCIPAL" };

  it("are warned of once for each kind and attribute, if an action is denied", async () => {
    const pdp = deniedBy("resource.document.vdefault", { validationErrors: [error, ofPrincipal] });
    const { authorizer, warnings } = await setUp(pdp);
    await authorizer.check({ action: "view", resource: document });
    await authorizer.check({ action: "edit", resource: document });
    expect(warnings).toEqual([
      'kinde-cerbos: Cerbos denied "view" on kind "documnet", and found attributes that do not fit their schema: ' +
        "/plan of the principal (its value is not allowed); /ok of the resource (expected boolean, but got string). " +
        "See validationErrors of the decision or plan.",
    ]);
  });

  it.each([
    ["expected boolean, but got string", "expected boolean, but got string"],
    ['value must be one of "a", "b"', 'value must be one of "a", "b"'],
    ["missing properties: 'owner'", "missing properties: 'owner'"],
    ["additionalProperties 'onwer' not allowed", "additionalProperties 'onwer' not allowed"],
    ["does not match pattern '^a+$'", "does not match pattern '^a+$'"],
    ["must be <= 5 but found 666", "must be <= 5"],
    ["'secret' is not valid 'email'", "its value is not allowed"],
    ["666 not multipleOf 4", "its value is not allowed"],
    ["maximum: got 666, want 5", "its value is not allowed"],
  ])("are named without their value: %s", async (message, shown) => {
    const pdp = deniedBy("resource.document.vdefault", { validationErrors: [{ ...error, message }] });
    const { authorizer, warnings } = await setUp(pdp);
    await authorizer.check({ action: "view", resource: document });
    expect(warnings).toEqual([expect.stringContaining(`: /ok of the resource (${shown}).`)]);
  });

  it("are not warned of where the PDP reports them and allows", async () => {
    const pdp = fakePdp((request) =>
      answerOf(rowsFor(request).map((row) => Object.assign(row, { validationErrors: [error] }))),
    );
    const { authorizer, warnings } = await setUp(pdp);
    await authorizer.check({ action: "view", resource: document });
    expect(warnings).toEqual([]);
  });

  it("are warned of where a plan is always denied", async () => {
    const answer = { kind: "KIND_ALWAYS_DENIED", validationErrors: [error], cerbosCallId: "1" };
    const { authorizer, warnings } = await setUp({ ...fakePdp(), planResources: async () => answer });
    const plan = await authorizer.plan({ kind: "documnet", actions: ["view", "edit"], attr: { ok: "secret" } });
    expect(plan).toMatchObject({ kind: "ALWAYS_DENIED", validationErrors: [error] });
    expect(warnings).toEqual([expect.stringContaining('denied "edit", "view" on kind "documnet"')]);
    expect(warnings[0]).not.toContain("secret");
  });
});

describe("names that policies do not know", () => {
  const names = { document: ["comment:*", "edit", "view"], door: ["*"], album: ["view"] };

  it.each([
    ["documnet", "view", 'no policy knows the kind "documnet". Did you mean "document"?'],
    ["invoice", "view", 'no policy knows the kind "invoice".'],
    ["toString", "view", 'no policy knows the kind "toString".'],
    ["document", "edti", 'no policy of kind "document" knows the action "edti". Did you mean "edit"?'],
    ["album", "edit", 'no policy of kind "album" knows the action "edit".'],
    ["document", "comments:add", 'no policy of kind "document" knows the action "comments:add".'],
  ])("%s, %s: are warned of once, with the nearest name", async (kind, action, problem) => {
    const { authorizer, warnings } = await setUp(deniedBy("NO_MATCH"), { names });
    const resource = { kind, id: "secret-id", attr: { owner: "secret-owner" } };
    await authorizer.check({ action, resource });
    await authorizer.check({ action, resource: { kind, id: "2" } });
    expect(warnings).toEqual([`kinde-cerbos: ${problem} If it is new, run kinde-cerbos typegen again.`]);
  });

  it("are warned of in plans", async () => {
    const answer = { kind: "KIND_ALWAYS_DENIED", cerbosCallId: "1" };
    const { authorizer, warnings } = await setUp({ ...fakePdp(), planResources: async () => answer }, { names });
    await authorizer.plan({ kind: "document", actions: ["view", "edti"] });
    expect(warnings).toEqual([expect.stringContaining('knows the action "edti". Did you mean "edit"?')]);
  });

  it("are not those that a pattern has, nor any where no names are given", async () => {
    const known = await setUp(deniedBy("resource.document.vdefault"), { names });
    await known.authorizer.check({ action: "comment:add", resource: "document" });
    await known.authorizer.check({ action: "open", resource: "door" });
    const unnamed = await setUp(deniedBy("resource.document.vdefault"));
    await unnamed.authorizer.check({ action: "edti", resource: "documnet" });
    expect([known.warnings, unnamed.warnings]).toEqual([[], []]);
  });

  it("do not hide that no policy matches a name that is known, such as one of another scope", async () => {
    const { authorizer, warnings } = await setUp(deniedBy("NO_MATCH"), { names });
    await authorizer.check({ action: "view", resource: { kind: "document", id: "1", scope: "elsewhere" } });
    expect(warnings).toEqual([expect.stringContaining('scope "elsewhere"')]);
  });

  it.each([null, [], "document", { document: "view" }])("are refused where they are none: %j", async (wrong) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what an untyped caller passes
    await expect(setUp(fakePdp(), { names: wrong as unknown as PolicyNames })).rejects.toMatchObject({
      code: "invalid_option",
    });
  });
});
