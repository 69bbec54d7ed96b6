import { fileURLToPath } from "node:url";
import { startLocalKinde, type LocalKinde, startPdp, type TestPdp } from "@kinde-cerbos/testing/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACTIONS, documentResource, documents, type DocumentResource } from "../data/documents.ts";
import { kindeConfig } from "../stack/kinde-config.ts";

const POLICIES = fileURLToPath(new URL("../policies", import.meta.url));
const config = await kindeConfig("http://localhost:5173");
const memberships = config.people.flatMap(({ id, memberships: places }) =>
  places.map(({ organization }) => ({ person: id, organization })),
);

/** What the PDP may be sent, fit or not. */
interface Resource {
  readonly kind: string;
  readonly id: string;
  readonly attr: object;
}

interface Question {
  readonly token?: string;
  readonly id: string;
  readonly roles?: readonly string[];
  readonly attr?: Record<string, unknown>;
  readonly resources: readonly Resource[];
}

interface Answer {
  readonly status: number;
  readonly message?: string;
  /** "view edit" for each resource. */
  readonly allowed: readonly string[];
  readonly problems: readonly string[];
}

interface CheckResponse {
  readonly message?: string;
  readonly results?: { actions: Record<string, string>; validationErrors?: { path: string }[] }[];
}

let kinde: LocalKinde;
let pdp: TestPdp;

beforeAll(async () => {
  kinde = await startLocalKinde({ config });
  pdp = await startPdp({
    policies: POLICIES,
    kinde,
    requestLimits: { maxResourcesPerRequest: 60 },
  });
}, 60_000);

afterAll(async () => {
  await pdp.stop();
  await kinde.close();
});

async function ask({ token, id, roles = ["user"], attr = {}, resources }: Question): Promise<Answer> {
  const response = await fetch(`${pdp.url}/api/check/resources`, {
    method: "POST",
    body: JSON.stringify({
      principal: { id, roles, attr },
      resources: resources.map((resource) => ({ resource, actions: ACTIONS })),
      ...(token === undefined ? {} : { auxData: { jwt: { token } } }),
    }),
  });
  const { results = [], message }: CheckResponse = JSON.parse(await response.text());
  return {
    status: response.status,
    ...(message === undefined ? {} : { message }),
    allowed: results.map(({ actions }) => ACTIONS.filter((action) => actions[action] === "EFFECT_ALLOW").join(" ")),
    problems: results.flatMap(({ validationErrors = [] }) => validationErrors.map(({ path }) => path)),
  };
}

const libraryOf = (organization: string): DocumentResource[] =>
  documents.filter(({ orgCode }) => orgCode === organization).map(documentResource);

describe("the documents", () => {
  test("are 60 in each organization, with ids of their own and owners from its members", () => {
    for (const { code } of config.organizations) expect(libraryOf(code)).toHaveLength(60);
    expect(new Set(documents.map(({ id }) => id)).size).toBe(documents.length);
    for (const { ownerId, orgCode } of documents) {
      expect(memberships).toContainEqual({ person: ownerId, organization: orgCode });
    }
  });
});

describe("a person in an organization", () => {
  test("may do something different from everybody else there", async () => {
    const counts: Record<string, string> = {};
    const rights = new Set<string>();
    for (const { person, organization } of memberships) {
      const token = await kinde.createToken({ person, organization });
      const { allowed } = await ask({ token, id: person, resources: libraryOf(organization) });
      rights.add(organization + allowed.join(","));
      const count = (action: string): number => allowed.filter((each) => each.split(" ").includes(action)).length;
      counts[`${person} ${organization}`] = ACTIONS.map((action) => `${action} ${count(action)}`).join(", ");
    }
    expect(rights.size).toBe(memberships.length);
    expect(counts).toMatchInlineSnapshot(`
      {
        "kp_ines org_cascade": "view 49, edit 12, share 6, publish 4, delete 6",
        "kp_jonas org_aurora": "view 60, edit 35, share 5, publish 0, delete 4",
        "kp_jonas org_borealis": "view 60, edit 35, share 0, publish 35, delete 52",
        "kp_mara org_aurora": "view 60, edit 35, share 17, publish 35, delete 52",
        "kp_mara org_borealis": "view 48, edit 11, share 0, publish 4, delete 5",
        "kp_mara org_cascade": "view 60, edit 35, share 0, publish 0, delete 5",
        "kp_priya org_aurora": "view 47, edit 8, share 4, publish 4, delete 4",
        "kp_priya org_cascade": "view 60, edit 35, share 0, publish 35, delete 52",
        "kp_tomas org_aurora": "view 48, edit 10, share 4, publish 0, delete 5",
        "kp_tomas org_borealis": "view 60, edit 35, share 0, publish 0, delete 6",
      }
    `);
  });

  test("may do nothing in another organization, whose documents they own", async () => {
    const token = await kinde.createToken({ person: "kp_mara", organization: "org_aurora" });
    const resources = libraryOf("org_borealis");
    const { allowed } = await ask({ token, id: "kp_mara", attr: { orgCode: "org_borealis" }, resources });
    expect(new Set(allowed)).toEqual(new Set([""]));
  });
});

describe("the PDP", () => {
  const admin = { person: "kp_mara", organization: "org_aurora" };
  const resources: Resource[] = libraryOf("org_aurora").slice(0, 3);
  const everything = ["view edit publish delete", "view share delete", "view edit publish delete"];
  const nothing = ["", "", ""];

  test("believes a genuine token, and no other one with its signature", async () => {
    const genuine = await kinde.createToken({ person: "kp_tomas", organization: "org_aurora" });
    expect((await ask({ token: genuine, id: "kp_tomas", resources })).status).toBe(200);

    const [header, payload = "", signature] = genuine.split(".");
    const claims: object = JSON.parse(Buffer.from(payload, "base64url").toString());
    const boast = { ...claims, roles: [{ id: "1", key: "admin", name: "Administrator" }] };
    const forged = [header, Buffer.from(JSON.stringify(boast)).toString("base64url"), signature].join(".");
    expect(await ask({ token: forged, id: "kp_tomas", resources })).toMatchObject({
      status: 400,
      message: "invalid auxData",
    });
  });

  test("gives an administrator everything, and the same token nothing under another name", async () => {
    const token = await kinde.createToken(admin);
    expect((await ask({ token, id: "kp_mara", resources })).allowed).toEqual(everything);
    expect((await ask({ token, id: "kp_jonas", resources })).allowed).toEqual(nothing);
  });

  test.each([
    ["another issuer", { iss: "https://elsewhere.kinde.com" }],
    ["another application", { azp: "another" }],
    ["no organization", { org_code: undefined }],
  ])("gives nothing for a token of %s", async (_, claims) => {
    const token = await kinde.createToken({ ...admin, claims });
    expect(await ask({ token, id: "kp_mara", resources })).toMatchObject({ status: 200, allowed: nothing });
  });

  test("asks for no audience, which Kinde's switchOrg drops", async () => {
    const token = await kinde.createToken({ ...admin, claims: { aud: [] } });
    expect((await ask({ token, id: "kp_mara", resources })).allowed).toEqual(everything);
  });

  test("gives nothing without a token, whatever the principal says of itself", async () => {
    const attr = { orgCode: "org_aurora", permissions: ["documents:edit"] };
    expect(await ask({ id: "kp_mara", roles: ["admin"], attr, resources })).toMatchObject({
      status: 200,
      allowed: nothing,
    });
  });

  test("refuses a token that has expired", async () => {
    const token = await kinde.createToken({ ...admin, lifetime: -60 });
    expect((await ask({ token, id: "kp_mara", resources })).status).toBe(400);
  });

  test("denies a document that does not fit the schema, and that document only", async () => {
    const token = await kinde.createToken(admin);
    const unfit = { kind: "document", id: "unfit", attr: { ...resources[1]?.attr, state: "secret", extra: true } };
    const { allowed, problems } = await ask({ token, id: "kp_mara", resources: resources.with(1, unfit) });
    expect(allowed).toEqual([everything[0], "", everything[2]]);
    expect(problems).toContain("/state");
  });
});
