// Bodies that are too large, too deep, not what they say, or that two readers would read in two ways.
import { gzipSync } from "node:zlib";
import {
  type Attack,
  decided,
  invalid,
  nothing,
  onBoth,
  onGateway,
  onWire,
  own,
  refused,
  type Refused,
} from "./attack.ts";
import { head } from "./wire.ts";
import { project, type Question, RESOURCES, type World } from "./world.ts";

/** The honest body as text, changed. */
const text =
  (change: (text: string) => string, headers: HeadersInit = {}) =>
  async (world: World): Promise<Question> => ({ body: change(String(await world.bodyOf())), headers });

/** The honest body as bytes. */
const bytes =
  (change: (text: string) => Uint8Array<ArrayBuffer>, headers: HeadersInit = {}) =>
  async (world: World): Promise<Question> => ({ body: change(String(await world.bodyOf())), headers });

const utf16 = (value: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(`\ufeff${value}`, "utf16le"));

/** The honest body, with an id in the place of which these bytes stand. */
const withIdBytes = (...values: number[]) =>
  bytes((body) => {
    const [before = "", after = ""] = body.split('"home"');
    return new Uint8Array(Buffer.concat([Buffer.from(`${before}"`), Buffer.from(values), Buffer.from(`"${after}`)]));
  });

const about = (resource: object, actions: readonly unknown[] = ["view", "edit"]): Question => ({
  body: { resources: [{ resource: { ...project("home", "org_two").resource, ...resource }, actions }] },
});
const withAttr = (attr: unknown): Question =>
  about({ attr: { orgCode: "org_two", ownerId: "kp_ann", department: "finance", more: attr } });
const nested = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`);

const chunksOf = (body: string): string[] => [
  ...body.match(/[^]{1,8192}/g)!.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`),
  "0\r\n\r\n",
];

const unsupported = refused(415, 12, "content_type_not_supported");
const tooLarge = refused(413, 8, "body_too_large");
const tooDeep = refused(400, 3, "attributes_too_deep");
const byGo: Refused = refused(400, 3, null);

export const bodyAttacks: readonly Attack[] = [
  onGateway(
    "a body of 300 KB",
    text((body) => body + " ".repeat(300_000)),
    tooLarge,
  ),
  onWire(
    "a body of 300 KB in chunks, without its length",
    async (world) => [
      head(["transfer-encoding: chunked"]),
      ...chunksOf(String(await world.bodyOf()) + " ".repeat(300_000)),
    ],
    tooLarge,
  ),
  onWire(
    "chunks without an end",
    async () => [head(["transfer-encoding: chunked"]), ...chunksOf(" ".repeat(300_000)).slice(0, -1)],
    tooLarge,
  ),
  onWire(
    "a chunk with an extension of 20 KB",
    async () => [head(["transfer-encoding: chunked"]), `1;${"x".repeat(20_000)}\r\n{\r\n0\r\n\r\n`],
    refused(413, null, null),
  ),
  onGateway("200,000 brackets", { body: "[".repeat(200_000) }, invalid),
  onGateway(
    "200,000 brackets in the principal, which nobody reads",
    text((body) => body.replace('"attr":{}', `"attr":{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`)),
    own,
  ),
  ...onBoth(
    "attributes of 10,000 levels",
    text((body) => body.replace('"department":"finance"', `"department":${"[".repeat(10_000)}${"]".repeat(10_000)}`)),
    tooDeep,
    byGo,
  ),
  onGateway("attributes of 17 levels", withAttr(nested(16)), tooDeep),
  onGateway(
    "an object of 20,000 names",
    withAttr(Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`k${at}`, 1]))),
    nothing,
  ),
  onGateway("a list of 100,000", withAttr(Array(100_000).fill(0)), nothing),
  onGateway("a text of 100,000 characters", withAttr("x".repeat(100_000)), refused(400, 3, "text_too_long")),
  onGateway(
    "501 resources",
    { body: { resources: Array.from({ length: 501 }, (_, at) => project(`p${at}`, "org_two", ["view"])) } },
    refused(400, 3, "too_many_resources"),
  ),
  ...onBoth(
    "1000 actions",
    about(
      {},
      Array.from({ length: 1000 }, (_, at) => `a${at}`),
    ),
    refused(400, 3, "too_many_actions"),
    byGo,
  ),
  ...onBoth(
    "a number beyond all numbers",
    text((body) => body.replace('"department":"finance"', '"department":1e999')),
    invalid,
    byGo,
  ),

  ...onBoth(
    "the resources twice: harmless ones first",
    text((body) => body.replace("{", `{"resources":[],`)),
    own,
    byGo,
  ),
  ...onBoth(
    "the principal twice",
    text((body) => body.replace("{", '{"principal":{"id":"kp_ann","roles":["admin"]},')),
    own,
    byGo,
  ),
  ...onBoth(
    "the token twice: a forged one last",
    text((body) => body.replace(/"token":"([^"]+)"/, '"token":"$1","token":"e30.e30.x"')),
    refused(401, 16, "token_malformed"),
    byGo,
  ),
  ...onBoth(
    "an organization twice: the own one first",
    text((body) => body.replace('"orgCode":"org_two"', '"orgCode":"org_one","orgCode":"org_two"')),
    own,
    byGo,
  ),
  ...onBoth(
    "auxData under Protobuf's other name too",
    { body: { aux_data: { jwt: { token: "e30.e30.x" } } } },
    invalid,
    byGo,
  ),
  ...onBoth(
    "a kind twice, with an escape in the name of one",
    text((body) => body.replace('"kind":"project"', String.raw`"kind":"project","kin\u0064":"kinde_doctor"`)),
    decided("mallory", "doctor probe", "seat view"),
    byGo,
  ),

  ...[
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/xml",
    "text/html",
    "application/grpc",
    "application/json, text/plain",
    "",
  ].map((type) =>
    onGateway(`content type ${type === "" ? "of nothing" : type}`, { headers: { "content-type": type } }, unsupported),
  ),
  onGateway(
    "charset UTF-16 that is UTF-8",
    { headers: { "content-type": "application/json; charset=utf-16" } },
    unsupported,
  ),
  onGateway("charset UTF-7", { headers: { "content-type": 'application/json; charset="UTF-7"' } }, unsupported),
  onGateway(
    "gzip",
    bytes((body) => new Uint8Array(gzipSync(body)), { "content-encoding": "gzip" }),
    unsupported,
  ),
  onGateway(
    "gzip that says nothing of it",
    bytes((body) => new Uint8Array(gzipSync(body))),
    invalid,
  ),
  onGateway(
    "a gzip bomb: 100 MB in 100 KB",
    { body: new Uint8Array(gzipSync(Buffer.alloc(100_000_000))), headers: { "content-encoding": "gzip" } },
    unsupported,
  ),
  onGateway("content encoding identity, gzip", { headers: { "content-encoding": "identity, gzip" } }, unsupported),
  ...onBoth("UTF-16 with its mark", bytes(utf16), invalid, byGo),
  ...onBoth(
    "UTF-8 with its mark",
    text((body) => `\ufeff${body}`),
    invalid,
    byGo,
  ),
  ...onBoth("UTF-8 of more bytes than it needs", withIdBytes(0xc0, 0xaf), invalid, byGo),
  ...onBoth(
    "a surrogate pair in UTF-8, each half for itself",
    withIdBytes(0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80),
    invalid,
    byGo,
  ),
  ...onBoth(
    "half a surrogate pair in an id",
    text((body) => body.replace('"home"', String.raw`"\ud800"`)),
    invalid,
    byGo,
  ),
  ...onBoth(
    "half a surrogate pair in an attribute",
    text((body) => body.replace('"finance"', String.raw`"\udfff"`)),
    invalid,
    byGo,
  ),
  ...onBoth("a NUL in a kind: it is another kind", about({ kind: "project\0" }, ["view"]), nothing),
  ...onBoth(
    "a NUL in an action: it is another action",
    about({ attr: { orgCode: "org_one", ownerId: "kp_ann", department: "x" } }, ["edit\0", "view\0"]),
    nothing,
  ),
  onGateway(
    "a NUL in a text",
    text((body) => body.replace('"home"', '"ho\0me"')),
    invalid,
  ),
  onGateway(
    "two bodies",
    text((body) => `${body}${body}`),
    invalid,
  ),
  onGateway(
    "a comment in JSON",
    text((body) => `/* */${body}`),
    invalid,
  ),
  ...onBoth("no body", { body: "" }, invalid, byGo),
  ...onBoth("a body of null", { body: "null" }, refused(401, 16, "token_missing"), byGo),
  ...onBoth(
    "a list of bodies",
    text((body) => `[${body}]`),
    refused(401, 16, "token_missing"),
    byGo,
  ),

  ...onBoth(
    "__proto__ in the body",
    text((body) => body.replace("{", '{"__proto__":{"principal":{"id":"kp_ann"}},')),
    invalid,
    byGo,
  ),
  ...onBoth(
    "__proto__ in the resource",
    text((body) => body.replace('{"kind":"project"', '{"__proto__":{"attr":{"orgCode":"org_one"}},"kind":"project"')),
    invalid,
    byGo,
  ),
  ...onBoth(
    "__proto__ in attributes",
    text((body) =>
      body.replaceAll('"department":"finance"', '"department":"finance","__proto__":{"orgCode":"org_one"}'),
    ),
    decided("mallory", "doctor probe", "seat view"),
  ),
  ...onBoth(
    "constructor.prototype in attributes",
    text((body) =>
      body.replaceAll(
        '"department":"finance"',
        '"department":"finance","constructor":{"prototype":{"orgCode":"org_one"}}',
      ),
    ),
    decided("mallory", "doctor probe", "seat view"),
  ),
  ...onBoth(
    "kinds and actions called __proto__, constructor and toString",
    {
      body: {
        resources: ["__proto__", "constructor", "toString"].map((kind) => ({
          resource: { kind, id: kind, attr: { orgCode: "org_one" } },
          actions: ["__proto__", "constructor", "toString"],
        })),
      },
    },
    nothing,
  ),
  onGateway(
    "kind __proto__ where kinds are listed",
    about({ kind: "__proto__" }),
    refused(400, 3, "kind_not_allowed"),
    { allow: { project: ["view"] } },
  ),
  onGateway(
    "action constructor where actions are listed",
    about({}, ["constructor"]),
    refused(400, 3, "action_not_allowed"),
    { allow: { project: ["view"] } },
  ),
  ...onBoth("an unknown field of the body", { body: { skipChecks: true } }, invalid, byGo),
  ...onBoth(
    "an unknown field of an entry: a principal of its own",
    {
      body: {
        resources: RESOURCES.map(({ resource, actions }) => ({
          resource,
          actions,
          principal: { id: "kp_ann", roles: ["admin"] },
        })),
      },
    },
    invalid,
    byGo,
  ),
  ...onBoth("an unknown field of a resource", about({ owner: "kp_mallory" }), invalid, byGo),
  ...onBoth("attributes that are a text", about({ attr: "orgCode" }), invalid, byGo),
  ...onBoth("an id that is a number", about({ id: 1 }), invalid, byGo),
  ...onBoth("no resources", { body: { resources: [] } }, invalid, byGo),
  ...onBoth("no actions", about({}, []), invalid, byGo),
];
