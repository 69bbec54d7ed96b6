import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { findCerbos } from "../src/internal.ts";
import { type App, app, resourcePolicy, WITH_CERBOS, withSchema } from "./support/app.ts";
import { type Run, run } from "./support/run.ts";

const DEMO = fileURLToPath(new URL("../../../apps/demo/", import.meta.url));

/** What a kind has in a part of the file. */
function typeIn(text: string, part: string, kind: string): string | undefined {
  const [, body = ""] = new RegExp(`readonly ${part}: \\{\\n(.*?)\\n  \\};`, "s").exec(text) ?? [];
  return body
    .split("\n")
    .map((line) => /^    readonly (.*?): (.*);$/.exec(line) ?? [])
    .find(([, key]) => key === kind)?.[2];
}

function roles(names: string[]): string {
  return JSON.stringify({ derivedRoles: { name: "r", definitions: names.map((name) => ({ name })) } });
}

function album(ref = "cerbos:///album.json", more = {}): string {
  return resourcePolicy("album", [["view"]], { ...withSchema(ref), ...more });
}

/** How Cerbos compiles the policies of an app. */
function compiled(folder: string): [status: number | null, output: string] {
  const { status, stdout } = spawnSync(findCerbos().path, ["compile", "cerbos/policies"], {
    cwd: folder,
    encoding: "utf8",
  });
  return [status, stdout];
}

/** Runs `typegen --watch`. */
function watching({ typegen }: App, args: readonly string[] = []) {
  const ctrlC = new EventTarget();
  const interrupted = new Promise<void>((resolve) => ctrlC.addEventListener("abort", () => resolve()));
  let output = "";
  const listeners: (() => void)[] = [];
  const add = (text: string): void => {
    output += text;
    for (const listener of listeners) listener();
  };
  const running = typegen(["--watch", ...args], { interrupted, onStdout: add, onStderr: add });
  return {
    until: (text: string): Promise<void> => vi.waitFor(() => expect(output).toContain(text), 20_000),
    /** Does something as soon as this is written. */
    at: (text: string, then: () => void): void => {
      const listener = (): void => {
        if (!output.includes(text)) return;
        listeners.splice(listeners.indexOf(listener), 1);
        then();
      };
      listeners.push(listener);
    },
    forget: () => void (output = ""),
    end: (): Promise<Run> => {
      ctrlC.dispatchEvent(new Event("abort"));
      return running;
    },
  };
}

describe("What is read of policies", () => {
  test("every document of every file: YAML with merge keys, JSON, in folders", async () => {
    const text = await app({
      "cerbos/policies/a.yaml": `
x: &shared
  effect: EFFECT_ALLOW
  roles: [user]
  actions: [view]
resourcePolicy:
  resource: album
  version: default
  rules:
    - <<: *shared
    - <<: *shared
      actions: [edit]
---
resourcePolicy:
  resource: "acme:photo"
  version: v2
  scope: acme.eu
  rules: [{ actions: [crop], effect: EFFECT_ALLOW, roles: [user] }]
---
# Nothing in it.
`,
      "cerbos/policies/more/b.json": resourcePolicy("video", [["play"]]),
      "cerbos/policies/more/c.yml": "derivedRoles:\n  name: r\n  definitions: [{ name: owner }, { name: editor }]\n",
    }).typed();

    expect(typeIn(text, "actions", "album")).toBe('"edit" | "view"');
    expect(typeIn(text, "actions", '"acme:photo"')).toBe('"crop"');
    expect(typeIn(text, "policyVersions", '"acme:photo"')).toBe('"v2"');
    expect(typeIn(text, "scopes", '"acme:photo"')).toBe('"acme.eu"');
    expect(typeIn(text, "scopes", "video")).toBe('""');
    expect(text).toContain('readonly derivedRoles: "editor" | "owner";');
    expect(text).toContain('  album: ["edit", "view"],\n  video: ["play"],\n');
  });

  test("what Cerbos takes for a text: integers and booleans, by what is written", async () => {
    const { typed, folder } = app({
      "cerbos/policies/a.yaml": `
apiVersion: api.cerbos.dev/v1
resourcePolicy:
  resource: 12
  version: 20210210
  rules:
    - { actions: [view, 1, &two 2, true], effect: EFFECT_ALLOW, roles: [user] }
    - { actions: [*two], effect: EFFECT_ALLOW, roles: [user] }
`,
    });
    expect(compiled(folder)).toEqual([0, expect.stringContaining("0 tests")]);
    const text = await typed();
    expect(typeIn(text, "actions", '"12"')).toBe('"1" | "2" | "true" | "view"');
    expect(typeIn(text, "policyVersions", '"12"')).toBe('"20210210"');
  });

  test("the other spelling of fields, and file names in capitals", async () => {
    const { typed, folder } = app({
      "cerbos/policies/a.YAML": `
api_version: api.cerbos.dev/v1
resource_policy:
  resource: album
  version: default
  schemas: { resource_schema: { ref: "cerbos:///album.json" } }
  rules: [{ actions: [view], effect: EFFECT_ALLOW, roles: [user] }]
`,
      "cerbos/policies/b.Yml": `
api_version: api.cerbos.dev/v1
role_policy:
  role: guest
  scope: ""
  rules: [{ resource: album, allow_actions: [look] }]
`,
      "cerbos/policies/c.JSON": JSON.stringify({
        api_version: "api.cerbos.dev/v1",
        principal_policy: {
          principal: "ann",
          version: "default",
          rules: [{ resource: "album", actions: [{ action: "frame", effect: "EFFECT_ALLOW" }] }],
        },
      }),
      "cerbos/policies/d.yaml": `
api_version: api.cerbos.dev/v1
derived_roles: { name: r, definitions: [{ name: owner, parent_roles: [user] }] }
`,
      "cerbos/policies/_schemas/album.json": JSON.stringify({
        type: "object",
        properties: { one: { type: "string" } },
      }),
    });
    expect(compiled(folder)).toEqual([0, expect.stringContaining("0 tests")]);
    const text = await typed();
    expect(typeIn(text, "actions", "album")).toBe('"frame" | "look" | "view"');
    expect(text).toContain("    album: Album\n");
    expect(text).toContain('readonly derivedRoles: "owner";');
  });

  test("not tests, their data, hidden files and what is disabled", async () => {
    const other = resourcePolicy("other", [["view"]]);
    const { typed, read } = app({
      "cerbos/policies/a.json": resourcePolicy("album", [["view"]]),
      "cerbos/policies/a_test.json": other,
      "cerbos/policies/a_test.yaml": other,
      "cerbos/policies/testdata/a.json": other,
      "cerbos/policies/.hidden/a.json": other,
      "cerbos/policies/.a.json": other,
      "cerbos/policies/_schemas/a.json": other,
      "cerbos/policies/readme.md": other,
      "cerbos/policies/off.json": JSON.stringify({ disabled: true, ...JSON.parse(other) }),
    });
    await typed();
    expect(read("src/cerbos.gen.ts")).not.toContain("other");
  });

  test("kinds and actions of principals' and roles' policies, and actions for each kind that a wildcard has", async () => {
    const text = await app({
      "cerbos/policies/album.json": resourcePolicy("album", [["view"]]),
      "cerbos/policies/ann.yaml": `
principalPolicy:
  principal: ann
  version: default
  scope: acme
  rules:
    - { resource: album, actions: [{ action: frame, effect: EFFECT_ALLOW }, { action: "*", effect: EFFECT_DENY }] }
    - { resource: "*", actions: [{ action: all, effect: EFFECT_ALLOW }] }
`,
      "cerbos/policies/guest.yaml": `
rolePolicy:
  role: guest
  rules: [{ resource: poster, allowActions: [look] }, { resource: "al*", allowActions: [some] }]
`,
      "cerbos/policies/acme.json": JSON.stringify({
        rolePolicy: {
          role: "acme",
          rules: [
            { resource: "acme:*", allowActions: ["one"] },
            { resource: "acme:**", allowActions: ["two"] },
            { resource: "{acme,other}:p?oto", allowActions: ["three"] },
            { resource: "acme:pho.o", allowActions: ["*"] },
            { resource: "acme:[a-q]hoto:raw", allowActions: ["four"] },
          ],
        },
      }),
      "cerbos/policies/photo.json": resourcePolicy("acme:photo", [["view"]]),
      "cerbos/policies/raw.json": resourcePolicy("acme:photo:raw", [["view"]]),
    }).typed();

    expect(typeIn(text, "actions", '"acme:photo"')).toBe('"one" | "three" | "two" | "view"');
    expect(typeIn(text, "actions", '"acme:photo:raw"')).toBe('"four" | "two" | "view"');
    expect(typeIn(text, "actions", "album")).toBe('"frame" | "some" | "view"');
    expect(typeIn(text, "actions", "poster")).toBe('"look"');
    expect(typeIn(text, "scopes", "album")).toBe('""');
    expect(typeIn(text, "scopes", "poster")).toBe("never");
    expect(text).not.toContain("al*");
  });

  test.each([
    [["view"], '"view"'],
    [["comment:*", "view"], '"view" | `comment:${string}`'],
    [["a:*:b"], "`a:${string}:b`"],
    [["{view,edit}:own"], '"edit:own" | "view:own"'],
    [["v?ew", "[ab]c"], "`${string}c` | `v${string}ew`"],
    [["*", "view"], '"view"'],
    [["*"], "string"],
    [['it\'s "x"\\'], '"it\'s \\"x\\"\\\\"'],
    [["`${a\\:*"], "`\\`\\${a\\\\:${string}`"],
  ])("actions %j are of type %s", async (actions, type) => {
    const text = await app({ "cerbos/policies/a.json": resourcePolicy("album", [actions]) }).typed();
    expect(typeIn(text, "actions", "album")).toBe(type);
  });

  test("the file is the same, whatever order the policies come in", async () => {
    const [one, other] = [resourcePolicy("a", [["x", "y"]]), resourcePolicy("b", [["y"], ["x"]])];
    const first = await app({
      "cerbos/policies/1.json": one,
      "cerbos/policies/2.json": other,
      "cerbos/policies/3.json": roles(["p", "q"]),
    }).typed();
    const second = await app({
      "cerbos/policies/1.json": other,
      "cerbos/policies/2.json": one,
      "cerbos/policies/3.json": roles(["q", "p"]),
    }).typed();
    expect(second).toBe(first);
    expect(first).not.toMatch(/ $/m);
  });

  test("outputs have the sources that Cerbos gives them", async () => {
    const output = { when: { ruleActivated: '"x"' } };
    const rule = { actions: ["view"], effect: "EFFECT_ALLOW", roles: ["user"], output };
    const rules = [rule, { ...rule, name: "named" }, { actions: ["view"], effect: "EFFECT_ALLOW", roles: ["user"] }];
    const kind = "acme:album/b--c@d.e";
    const from = "resource.acme_album_b_c_d.e.v2026";
    const { typed, folder } = app({
      "cerbos/policies/a.json": resourcePolicy(kind, [], { version: "2026", rules }),
      "cerbos/policies/b.json": resourcePolicy(kind, [], { version: "2026", scope: "acme", rules: [rule] }),
      "cerbos/policies/a_test.json": JSON.stringify({
        name: "outputs",
        principals: { ann: { id: "ann", roles: ["user"], policyVersion: "2026" } },
        resources: {
          plain: { id: "1", kind, policyVersion: "2026" },
          scoped: { id: "1", kind, policyVersion: "2026", scope: "acme" },
        },
        tests: [
          { resource: "plain", sources: [`${from}#rule-001`, `${from}#named`] },
          { resource: "scoped", sources: [`${from}/acme#rule-001`] },
        ].map(({ resource, sources }) => ({
          name: resource,
          input: { principals: ["ann"], resources: [resource], actions: ["view"] },
          expected: [
            {
              principal: "ann",
              resource,
              actions: { view: "EFFECT_ALLOW" },
              outputs: [{ action: "view", expected: sources.map((src) => ({ src, val: "x" })) }],
            },
          ],
        })),
      }),
    });
    expect(compiled(folder)).toEqual([0, expect.stringContaining("2 OK")]);

    expect(typeIn(await typed(), "outputs", JSON.stringify(kind))).toBe(
      `"${from}#named" | "${from}#rule-001" | "${from}/acme#rule-001"`,
    );
  });
});

describe("What is read of schemas", () => {
  test("folders, references of all sorts, and recursion", async () => {
    const text = await app({
      "cerbos/policies/album.json": album("cerbos:///media/album.json"),
      "cerbos/policies/_schemas/media/album.json": JSON.stringify({
        $id: "https://example.com/elsewhere.json",
        type: "object",
        required: ["owner", "state"],
        properties: {
          owner: { $ref: "cerbos:///people.json#/$defs/person" },
          size: { $ref: "../numbers.json" },
          state: { $ref: "#/definitions/state" },
          parent: { $ref: "#" },
          tags: { type: "array", items: { type: "string" } },
        },
        definitions: { state: { enum: ["draft", "published"] } },
      }),
      "cerbos/policies/_schemas/people.json": JSON.stringify({
        $defs: { person: { type: "string", description: "A */ b" } },
      }),
      "cerbos/policies/_schemas/numbers.json": JSON.stringify({ type: ["number", "null"] }),
    }).typed();

    expect(text).toContain("    album: MediaAlbum\n");
    expect(text).toMatch(/owner: \w+\n/);
    expect(text).toContain("export type Numbers = (number | null)\n");
    expect(text).toContain('state: ("draft" | "published")\n');
    expect(text).toContain("parent?: MediaAlbum\n");
    expect(text).toContain("tags?: string[]\n");
    expect(text).not.toContain("[k: string]");
    expect(text).not.toContain("A */ b");
  });

  test("lists of any length, and objects of which nothing is said: they may have any properties", async () => {
    const nothing = { type: "object", description: "Anything" };
    const { typed, write } = app({
      "cerbos/policies/album.json": album(),
      "cerbos/policies/_schemas/album.json": JSON.stringify({
        type: "object",
        properties: {
          tags: { type: "array", items: { type: "string" }, minItems: 1, maxItems: 2 },
          closed: { type: "object", additionalProperties: false },
          open: nothing,
        },
      }),
    });
    const text = await typed();
    expect(text).toContain("tags?: string[]\n");
    expect(text).toMatch(/closed\?: \{\s*\}\n/);
    expect(text).toMatch(/open\?: \{\s*\[k: string\]: unknown\s*\}\n/);
    write("cerbos/policies/_schemas/album.json", JSON.stringify(nothing));
    expect(await typed()).toMatch(/export interface Album \{\s*\[k: string\]: unknown\s*\}\n/);
  });

  test("unevaluatedProperties as additionalProperties, which goes before it", async () => {
    const one = { type: "string" };
    const number = { type: "number" };
    const text = await app({
      "cerbos/policies/album.json": album(),
      "cerbos/policies/_schemas/album.json": JSON.stringify({
        type: "object",
        properties: {
          closed: { type: "object", unevaluatedProperties: false },
          open: { type: "object", properties: { one }, unevaluatedProperties: true },
          numbers: { type: "object", unevaluatedProperties: number },
          both: { type: "object", properties: { one }, unevaluatedProperties: true, additionalProperties: false },
          // A property of this name is no keyword.
          named: { type: "object", properties: { unevaluatedProperties: one } },
        },
      }),
    }).typed();
    expect(text).toMatch(/closed\?: \{\s*\}\n/);
    expect(text).toMatch(/open\?: \{\s*one\?: string\s*\[k: string\]: unknown\s*\}\n/);
    expect(text).toMatch(/numbers\?: \{\s*\[k: string\]: number\s*\}\n/);
    expect(text).toMatch(/both\?: \{\s*one\?: string\s*\}\n/);
    expect(text).toMatch(/named\?: \{\s*unevaluatedProperties\?: string\s*\}\n/);
  });

  test.each([
    ["unevaluatedProperties", false, false],
    ["unevaluatedProperties", true, true],
    ["unevaluatedProperties", { type: "number" }, true],
    ["additionalProperties", true, true],
  ])("beside members, %s: %j lets more properties in: %j", async (keyword, value, isOpen) => {
    for (const members of ["allOf", "anyOf", "oneOf"]) {
      const text = await app({
        "cerbos/policies/album.json": album(),
        "cerbos/policies/_schemas/album.json": JSON.stringify({
          [members]: [{ properties: { one: { type: "string" } } }, { properties: { two: { type: "number" } } }],
          [keyword]: value,
        }),
      }).typed();
      expect(text).toMatch(/one\?: string\s/);
      expect(text.includes("[k: string]: unknown")).toBe(isOpen);
    }
  });

  test("what says nothing may be anything, and members that only require properties say nothing of others", async () => {
    const { typed, write } = app({
      "cerbos/policies/album.json": album(),
      "cerbos/policies/_schemas/album.json": JSON.stringify({
        type: "object",
        properties: {
          one: { description: "Anything" },
          two: { required: ["a"] },
          three: { not: { type: "string" } },
          four: { properties: { a: { type: "string" } } },
          five: { anyOf: [{ type: "string" }, { minLength: 1 }] },
          six: { const: { id: "1" } },
          seven: {},
        },
        anyOf: [{ required: ["one"] }, { required: ["two"] }],
        allOf: [{ if: { required: ["one"] }, else: { required: ["two"] } }],
      }),
    });
    const text = await typed();
    for (const name of ["one", "two", "three", "seven"]) expect(text).toContain(`${name}?: unknown\n`);
    expect(text).toMatch(/four\?: \{\s*a\?: string\s*\}\n/);
    expect(text).toContain("five?: (string | unknown)\n");
    expect(text).toContain('six?: {"id":"1"}\n');
    expect(text).toContain("    album: Album\n");
    expect(text).not.toContain("[k: string]");
    const oneOf = [{ required: ["a"] }, { properties: { b: { type: "number" } }, required: ["b"] }];
    write("cerbos/policies/_schemas/album.json", JSON.stringify({ properties: { a: { type: "string" } }, oneOf }));
    expect(await typed()).not.toContain("[k: string]");
  });

  test("all schemas of a kind, and none if one of its versions has none", async () => {
    const schemas = {
      "cerbos/policies/_schemas/album.json": JSON.stringify({
        type: "object",
        properties: { one: { type: "string" } },
      }),
      "cerbos/policies/_schemas/other.json": JSON.stringify({
        type: "object",
        properties: { two: { type: "string" } },
      }),
    };
    const both = await app({
      ...schemas,
      "cerbos/policies/1.json": album(),
      "cerbos/policies/2.json": album("cerbos:///other.json", { version: "v2" }),
      "cerbos/policies/3.json": resourcePolicy("album", [["view"]], { scope: "acme" }),
    }).typed();
    expect(both).toContain("album: (Album | Other)\n");

    const { typegen, read } = app({
      ...schemas,
      "cerbos/policies/1.json": album(),
      "cerbos/policies/2.json": resourcePolicy("album", [["view"]], { version: "v2" }),
    });
    expect(await typegen()).toMatchObject({
      code: 0,
      stderr: 'Policy version "v2" of album has no schema, so attributes of album may be anything.\n',
    });
    expect(read("src/cerbos.gen.ts")).toMatch(/export interface ByKind \{\s*\}/);
  });

  test("policies of principals and roles take no attributes away, whatever their version and scope", async () => {
    const rule = { resource: "album", actions: [{ action: "frame", effect: "EFFECT_ALLOW" }] };
    const { typegen, read } = app({
      "cerbos/policies/album.json": album(),
      "cerbos/policies/_schemas/album.json": JSON.stringify({
        type: "object",
        properties: { one: { type: "string" } },
      }),
      "cerbos/policies/ann.json": JSON.stringify({
        principalPolicy: { principal: "ann", version: "v2", scope: "acme", rules: [rule] },
      }),
      "cerbos/policies/guest.json": JSON.stringify({
        rolePolicy: { role: "guest", scope: "acme", rules: [{ resource: "album", allowActions: ["look"] }] },
      }),
    });
    expect(await typegen()).toMatchObject({ code: 0, stderr: "" });
    const text = read("src/cerbos.gen.ts");
    expect(text).toContain("    album: Album\n");
    expect(typeIn(text, "actions", "album")).toBe('"frame" | "look" | "view"');
    expect(typeIn(text, "policyVersions", "album")).toBe('"default"');
  });

  test("a URL is not fetched: what it describes may be anything, and that is said", async () => {
    const { typegen, read } = app({
      "cerbos/policies/album.json": album(),
      "cerbos/policies/_schemas/album.json": JSON.stringify({
        type: "object",
        properties: { owner: { $ref: "https://example.com/person.json" } },
      }),
    });
    const { code, stderr } = await typegen();
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^https:\/\/example.com\/person.json is outside of the/)]);
    expect(read("src/cerbos.gen.ts")).toMatch(/owner\?: \{\n\s+\[k: string\]: unknown\n|owner\?: unknown/);
  });

  test("references by an anchor, and by the schema's own id", async () => {
    const text = await app({
      "cerbos/policies/album.json": album(),
      "cerbos/policies/_schemas/album.json": JSON.stringify({
        $id: "https://example.com/album.json",
        type: "object",
        properties: {
          one: { $ref: "#q" },
          two: { $ref: "https://example.com/album.json#/$defs/a~1b c" },
          three: { $ref: "https://example.com/album.json#q" },
          four: { $ref: "https://example.com/part.json#/$defs/it" },
          parent: { $ref: "https://example.com/album.json" },
        },
        $defs: {
          "a/b c": { $anchor: "q", type: "string" },
          part: { $id: "https://example.com/part.json", $defs: { it: { type: "number" } } },
        },
      }),
    }).typed();
    for (const name of ["one", "two", "three"]) expect(text).toContain(`${name}?: string\n`);
    expect(text).toContain("four?: number\n");
    expect(text).toContain("parent?: Album\n");
  });

  test("a schema that cannot be typed takes no types from others: it may be anything, and that is said", async () => {
    const { typegen, read } = app({
      "cerbos/policies/album.json": album(),
      "cerbos/policies/video.json": resourcePolicy("video", [["play"]], withSchema("cerbos:///video.json")),
      "cerbos/policies/_schemas/album.json": JSON.stringify({
        type: "object",
        properties: { one: { $ref: "#/nowhere" } },
      }),
      "cerbos/policies/_schemas/video.json": JSON.stringify({
        type: "object",
        properties: { two: { type: "string" } },
      }),
    });
    const { code, stderr } = await typegen();
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(
        /^The schema of album \(cerbos:\/\/\/album.json\) cannot be typed, so attributes of album may/,
      ),
    ]);
    expect(stderr).not.toContain("video");
    const text = read("src/cerbos.gen.ts");
    expect(text).toContain("    album: unknown\n");
    expect(text).toContain("    video: Video\n");
    expect(text).toContain("two?: string\n");
  });

  test("nothing in a schema is copied into the program as it is", async () => {
    const text = await app({
      "cerbos/policies/album.json": album(),
      "cerbos/policies/_schemas/album.json": JSON.stringify({
        type: "object",
        description: "*/ evil() /*",
        properties: {
          one: { type: "string", tsType: "1; evil(); type X = 1" },
          two: { enum: ["a", "b"], tsEnumNames: ["evil", "b"] },
          four: { tsType: ["any } } ; evil(); namespace x { interface Y { z: string"] },
          five: { tsType: { evil: "evil" }, type: "string" },
          six: { enum: ["a"], const: "a", tsEnumNames: { length: 1, 0: "evil" } },
          seven: { $ref: "#/enum/0" },
          tsType: { type: "string" },
          tsEnumNames: true,
          three: { type: "object", patternProperties: { "^a*/ evil(); /*": { $ref: "#/$defs/x" } } },
          "x: 1}; evil(); type Y = {y": { const: '"; evil(); "' },
        },
        enum: [{ tsType: "evil()" }],
        $defs: { x: { type: "object", title: "*/ evil() /*", properties: { a: { type: "string" } } } },
      }),
    }).typed();
    expect(text).toContain("one?: string\n");
    expect(text).toContain('two?: ("a" | "b")\n');
    expect(text).toContain("four?: unknown\n");
    expect(text).toContain("five?: string\n");
    expect(text).toContain('six?: "a"\n');
    expect(text).toContain("tsType?: string\n");
    expect(text).toContain("tsEnumNames?: unknown\n");
    const code = text.replaceAll(/\/\*.*?\*\//gs, "").replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
    expect(code).not.toContain("evil");
  });

  test.each([
    ["cerbos:///none.json", "cerbos/policies/_schemas/none.json is missing, but cerbos:///none.json refers to it."],
    ["cerbos:///../album.json", "is missing"],
    ["cerbos:///..%2Falbum.json", "is not below _schemas, where Cerbos reads schemas from."],
    ["cerbos:///broken.json", "cerbos/policies/_schemas/broken.json is not JSON: "],
    ["cerbos:///list.json", "cerbos/policies/_schemas/list.json is not a JSON Schema: it must be an object."],
  ])("%s: %s", async (ref, message) => {
    const { typegen } = app({
      "cerbos/policies/album.json": album(ref),
      "cerbos/policies/_schemas/broken.json": "{",
      "cerbos/policies/_schemas/list.json": "[]",
    });
    const { code, stdout, stderr } = await typegen();
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(message);
  });
});

describe("What is read of kinde.json", () => {
  test("roles, permissions, and flags with the type of their values", async () => {
    const text = await app({
      "cerbos/policies/a.json": resourcePolicy("album", [["view"]]),
      "kinde.json": JSON.stringify({
        roles: [{ key: "admin" }, { key: "editor" }],
        permissions: [{ key: "albums:edit" }],
        featureFlags: {
          beta: { type: "boolean", default: false },
          "max-albums": { type: "integer", default: 3 },
          theme: { type: "string", default: "dark" },
          extra: { type: "json", default: {} },
        },
      }),
    }).typed(["--kinde=kinde.json"]);
    expect(text).toContain('readonly roles: "admin" | "editor";\n  readonly permissions: "albums:edit";\n');
    expect(text).toContain(
      'readonly beta: boolean;\n    readonly extra: unknown;\n    readonly "max-albums": number;\n    readonly theme: string;\n',
    );
    expect(text).toContain("readonly kinde: KindeNames;");
  });

  test("without a list of roles or permissions, any may be used", async () => {
    const { typed, write } = app({ "cerbos/policies/a.json": resourcePolicy("album", [["view"]]), "kinde.json": "{}" });
    const text = await typed(["--kinde=kinde.json"]);
    expect(text).toContain("readonly roles: string;\n  readonly permissions: string;");
    write("kinde.json", '{ "roles": [], "permissions": [] }');
    expect(await typed(["--kinde=kinde.json"])).toContain("readonly roles: never;\n  readonly permissions: never;");
    expect(await typed()).not.toContain("KindeNames");
  });

  test.each([
    ["", "kinde.json is empty."],
    ["{", "kinde.json:1:2 "],
    [
      '{ "featureFlags": { "beta": { "type": "bool" } } }',
      "kinde.json:1:39 featureFlags.beta.type must be one of boolean",
    ],
    [
      '{ "featureFlags": { "beta": { "type": "constructor" } } }',
      "kinde.json:1:39 featureFlags.beta.type must be one of boolean",
    ],
    ['{ "featureFlags": [] }', "kinde.json:1:19 featureFlags must be an object"],
    ["[]", "kinde.json:1:1 the file must be an object"],
    ["some text", "kinde.json:1:1 the file must be an object"],
    ['{ "roles": [{ "key": 1 }] }', "kinde.json:1:22 roles[0].key must be a text"],
    ['{ "roles": [{}] }', "kinde.json:1:13 roles[0].key must be a text"],
    [undefined, "kinde.json cannot be read."],
  ])("%s: %s", async (kinde, message) => {
    const { typegen } = app({
      "cerbos/policies/a.json": resourcePolicy("album", [["view"]]),
      ...(kinde !== undefined && { "kinde.json": kinde }),
    });
    const { code, stderr } = await typegen(["--kinde=kinde.json"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
  });
});

describe("Policies that are wrong", () => {
  test("end with 1 and Cerbos' own words, with file and line", async () => {
    const { folder, typegen, write, read } = app({});
    cpSync(join(DEMO, "policies"), join(folder, "cerbos/policies"), { recursive: true, dereference: true });
    const policy = read("cerbos/policies/document.yaml");
    write(
      "cerbos/policies/document.yaml",
      policy.replace("importDerivedRoles: [kinde, ", "importDerivedRoles: [knide, "),
    );
    const { code, stdout, stderr } = await typegen([], { env: WITH_CERBOS });

    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^The policies in cerbos\/policies do not compile\.\n/);
    expect(stderr).toMatch(/document\.yaml:\d+:\d+ .*knide/);
  });

  test.each([
    [
      "resourcePolicy:\n  resource: a\n  rules:\n    - actions: view\n",
      /^cerbos\/policies\/a\.yaml:4:16 resourcePolicy\.rules\[0\]\.actions must be a list/,
    ],
    ["resourcePolicy:\n  rules: []\n", /^cerbos\/policies\/a\.yaml:\d:\d+ resourcePolicy\.resource must be a text/],
    [
      "resourcePolicy:\n  resource: a\n  rules: [{ actions: [1.5] }]\n",
      /^cerbos\/policies\/a\.yaml:3:23 resourcePolicy\.rules\[0\]\.actions\[0\] must/,
    ],
    ["resourcePolicy: [\n", /^cerbos\/policies\/a\.yaml:2:1 /],
    ["a: 1\na: 2\n", /^cerbos\/policies\/a\.yaml:2:1 Map keys must be unique/],
    ["", /^No policy in .*policies names a resource kind\.$/m],
  ])("without a Cerbos, %j ends with 1 and our words, with file and line", async (text, message) => {
    const { code, stdout, stderr } = await app({ "cerbos/policies/a.yaml": text }).typegen();
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(message);
  });

  test("names the folder as it was given, and what cannot be read of it", async () => {
    const { folder, typegen, write } = app({ "other/policies/a.yaml": "a: 1\na: 2\n" });
    expect((await typegen(["./other/policies/"])).stderr).toMatch(/^other\/policies\/a\.yaml:2:1 /);
    write("other/policies/a.yaml", "");
    symlinkSync(join(folder, "nowhere"), join(folder, "other/policies/b.yaml"));
    expect(await typegen(["other/policies"])).toMatchObject({
      code: 1,
      stderr: "other/policies/b.yaml cannot be read (ENOENT).\n",
    });
  });

  test("a folder that is not there, and a CERBOS_PATH that is no Cerbos", async () => {
    const { typegen } = app({ "cerbos/policies/a.json": resourcePolicy("album", [["view"]]) });
    expect(await typegen(["elsewhere"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("There is no folder"),
    });
    const wrong = await typegen([], { env: { CERBOS_PATH: "/nowhere/cerbos" } });
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("CERBOS_PATH is not a program") });
  });
});

describe("docs/guides/typegen.md", () => {
  const page = readFileSync(new URL("../../../docs/guides/typegen.md", import.meta.url), "utf8");

  test("has a row for each argument and option, and for each exit code", async () => {
    const { stdout } = await run(["typegen", "--help"]);
    const [, names = ""] = /Arguments:(.*)Example:/s.exec(stdout) ?? [];
    const options = [...names.matchAll(/^ {2}(?:-h, )?(--[a-z]+(?: <\w+>)?)/gm)].map(([, option]) => option);
    expect(options).toEqual(["--out <FILE>", "--kinde <FILE>", "--check", "--watch", "--help"]);
    for (const option of options.slice(0, -1)) expect(page).toContain(`| \`${option}\` |`);
    expect(page).toContain("| `[policies]` |");
    for (const code of [0, 1, 2, 3, 130]) expect(page).toMatch(new RegExp(`^\\| ${code} \\| `, "m"));
  });
});

describe("The demo", () => {
  const demo = { cwd: DEMO, env: WITH_CERBOS };
  const args = ["typegen", "policies", "--check", "--kinde=kinde.json"];

  test("has types that are up to date", async () => {
    expect(await run(args, demo)).toMatchObject({ code: 0, stdout: "src/cerbos.gen.ts is up to date.\n" });
  });

  test("is checked by the command that is built, too", () => {
    const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd: DEMO, encoding: "utf8" });
    expect([status, stdout, stderr]).toEqual([0, "src/cerbos.gen.ts is up to date.\n", ""]);
  });

  test("would be told if not", async () => {
    const { code } = await run(["typegen", "policies", "--check"], demo);
    expect(code).toBe(1);
  });
});

describe("The file", () => {
  const POLICY = { "cerbos/policies/a.json": resourcePolicy("album", [["view"]]) };

  test("is written where --out says, and left alone if nothing has changed", async () => {
    const { typegen, read } = app(POLICY);
    expect(await typegen(["cerbos/policies", "--out=new/folder/x.ts"])).toEqual({
      code: 0,
      stdout: "new/folder/x.ts: 1 kind, written\n",
      stderr: "",
    });
    expect(read("new/folder/x.ts")).toContain('readonly album: "view"');
    expect((await typegen(["cerbos/policies", "--out=new/folder/x.ts"])).stdout).toBe(
      "new/folder/x.ts: 1 kind, unchanged\n",
    );
  });

  test("is not written over somebody's own, or over a folder", async () => {
    const { typegen, read } = app({ ...POLICY, "src/main.ts": "export {};\n" });
    const { code, stderr } = await typegen(["--out=src/main.ts"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("src/main.ts was not made by typegen")]);
    expect(read("src/main.ts")).toBe("export {};\n");
    expect((await typegen(["--out=src"])).code).toBe(2);
    for (const option of ["--out", "--kinde"]) {
      expect(await typegen([`${option}=`])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(`${option} takes the path of a file`),
      });
    }
  });

  test("is not written over somebody's own that appears while Cerbos compiles", async () => {
    const { folder, typegen, read } = app({
      ...POLICY,
      "src/main.ts": "export {};\n",
      "cerbos.sh": "#!/bin/sh\necho '// Mine' > src/cerbos.gen.ts\n",
    });
    chmodSync(join(folder, "cerbos.sh"), 0o755);
    const { code, stderr } = await typegen([], { env: { CERBOS_PATH: join(folder, "cerbos.sh") } });
    expect([code, stderr]).toEqual([2, expect.stringContaining("src/cerbos.gen.ts was not made by typegen")]);
    expect(read("src/cerbos.gen.ts")).toBe("// Mine\n");
  });

  test("has each kind's actions as a value, whatever the kind is named", async () => {
    const text = await app({ "cerbos/policies/a.json": resourcePolicy("__proto__", [["view"]]) }).typed();
    expect(text).toContain('  ["__proto__"]: ["view"],\n');
    expect(typeIn(text, "actions", "__proto__")).toBe('"view"');
  });

  test("--check ends with 0 if it is up to date, whatever its line endings and its byte order mark are", async () => {
    const { typed, typegen, write } = app(POLICY);
    const text = await typed();
    expect(await typegen(["--check"])).toEqual({ code: 0, stdout: "src/cerbos.gen.ts is up to date.\n", stderr: "" });
    write("src/cerbos.gen.ts", `\uFEFF${text.replaceAll("\n", "\r\n")}`);
    expect((await typegen(["--check"])).code).toBe(0);
  });

  test("--check ends with 1 and the difference if it is not, and writes nothing", async () => {
    const { typed, typegen, write, read } = app(POLICY);
    const text = await typed();
    write("cerbos/policies/a.json", resourcePolicy("album", [["view", "edit"]]));
    const { code, stdout, stderr } = await typegen(["--check"]);
    expect(code).toBe(1);
    expect(stdout).toContain('-    readonly album: "view";\n+    readonly album: "edit" | "view";\n');
    expect(stderr).toContain("src/cerbos.gen.ts is not up to date. Run kinde-cerbos typegen without --check");
    expect(read("src/cerbos.gen.ts")).toBe(text);
  });

  test("--check ends with 1 if there is none", async () => {
    const { code, stdout } = await app(POLICY).typegen(["--check"]);
    expect([code, stdout]).toEqual([1, expect.stringContaining('+    readonly album: "view";')]);
  });

  test("--watch writes it after each change, says what is wrong, and goes on", async () => {
    const project = app({ ...POLICY, "kinde.json": "{}" });
    const { write, read, folder } = project;
    const { until, end } = watching(project, ["--kinde=kinde.json"]);

    await until("Watching cerbos/policies. Press Ctrl-C to stop.\n");
    write("cerbos/policies/new/b.json", resourcePolicy("video", [["play"]]));
    await until("2 kinds, written");
    write("cerbos/policies/a.json", "{");
    await until("cerbos/policies/a.json:1:2 ");
    write("cerbos/policies/a.json", resourcePolicy("album", [["view", "edit"]]));
    await vi.waitFor(() => expect(read("src/cerbos.gen.ts")).toContain('readonly album: "edit" | "view"'), 20_000);
    write("src/cerbos.gen.ts", "// Mine\n");
    write("cerbos/policies/a.json", resourcePolicy("album", [["view"]]));
    await until("src/cerbos.gen.ts was not made by typegen");
    rmSync(join(folder, "src/cerbos.gen.ts"));
    write("kinde.json", '{ "roles": [{ "key": "admin" }] }');
    await vi.waitFor(() => expect(read("src/cerbos.gen.ts")).toContain('readonly roles: "admin"'), 20_000);
    expect((await end()).code).toBe(0);
  });

  test("--watch sees a change that is made during its first run", async () => {
    const project = app(POLICY);
    const { at, until, end } = watching(project);
    at("1 kind, written", () => project.write("cerbos/policies/b.json", resourcePolicy("video", [["play"]])));
    await until("2 kinds, written");
    expect((await end()).code).toBe(0);
  });

  test("--watch goes on when the folder goes away, and finds it again when it is back", async () => {
    const project = app(POLICY);
    const { until, forget, end } = watching(project);
    await until("Watching cerbos/policies.");
    for (const kind of ["video", "photo"]) {
      rmSync(join(project.folder, "cerbos/policies"), { recursive: true });
      await until("There is no folder cerbos/policies.");
      forget();
      project.write("cerbos/policies/b.json", resourcePolicy(kind, [["view"]]));
      await until("1 kind, written");
      project.write("cerbos/policies/c.json", resourcePolicy(`${kind}s`, [["view"]]));
      await until("2 kinds, written");
      forget();
    }
    expect((await end()).code).toBe(0);
  });

  test("--check and --watch do not go together, and one folder is read", async () => {
    const { typegen } = app(POLICY);
    expect(await typegen(["--check", "--watch"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("only one of --check and --watch"),
    });
    expect((await typegen(["policies", "more"])).code).toBe(2);
  });
});
