import { type CanResult } from "@kinde-cerbos/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type AppOptions, answerTo, type FakePdp, SIGNATURE } from "../support.tsx";

const document = { kind: "documnet", id: "secret-id", attr: { owner: "secret-owner" } };

/** The package and its helpers, as a page has them that has just loaded. */
const load = async () => import("../support.tsx");

/** A PDP that denies, because no policy matches. As Cerbos does, it says so to who requests metadata. */
async function unmatching(more: object = {}): Promise<FakePdp> {
  const { fakePdp } = await load();
  return fakePdp((request) => ({
    cerbosCallId: "1",
    results: request.resources.map(({ resource, actions }) => ({
      resource,
      actions: Object.fromEntries(actions.map((action) => [action, "EFFECT_DENY"])),
      metadata: request.includeMetadata && {
        actions: Object.fromEntries(actions.map((action) => [action, { matchedPolicy: "NO_MATCH", matchedScope: "" }])),
        effectiveDerivedRoles: [],
      },
      ...more,
    })),
  }));
}

/** Shows three components that ask about two actions; returns what each of their renders got. */
async function showPage(pdp: FakePdp, options: AppOptions = {}): Promise<CanResult[]> {
  const { Probe, renderApp, settle } = await load();
  const results: CanResult[] = [];
  const keep = (result: CanResult): void => void results.push(result);
  renderApp(
    <>
      <Probe action="view" resource={document} onRender={keep} />
      <Probe action="view" resource={{ ...document, id: "2" }} onRender={keep} />
      <Probe action="edit" resource={document} onRender={keep} />
    </>,
    { pdp, strict: true, ...options },
  );
  await settle();
  return results;
}

/** What was written on the console, which the suite takes for an error if it is left there. */
function takeWarnings(): string[] {
  const warn = vi.mocked(console.warn);
  const warnings = warn.mock.calls.map(String);
  warn.mockClear();
  return warnings;
}

beforeEach(() => {
  vi.resetModules();
  vi.mocked(console.warn).mockImplementation(() => {});
});

afterEach(() => vi.unstubAllEnvs());

describe("in development, what no policy matches", () => {
  it("is said on the console, once for each kind and action", async () => {
    const results = await showPage(await unmatching());
    expect(results.at(-1)).toMatchObject({ status: "denied", reason: "policy" });
    const warnings = takeWarnings();
    expect(warnings).toEqual([
      expect.stringContaining('denied "view", "edit" on kind "documnet" because no policy matched'),
    ]);
    expect(warnings[0]).not.toMatch(new RegExp(`secret|${SIGNATURE}`));
    await showPage(await unmatching());
    expect(takeWarnings()).toEqual([]);
  });

  it("is said with the nearest name, if the provider has the names that policies know", async () => {
    await showPage(await unmatching(), { names: { document: ["view"] } });
    expect(takeWarnings()).toEqual([
      expect.stringContaining('no policy knows the kind "documnet". Did you mean "document"?'),
    ]);
  });

  it("is told to onWarning instead, if the provider has it", async () => {
    const onWarning = vi.fn<(message: string) => void>();
    await showPage(await unmatching(), { onWarning });
    expect(onWarning).toHaveBeenCalledTimes(1);
    expect(takeWarnings()).toEqual([]);
  });

  it("leaves decisions as they are in production: no metadata but for who asked for it", async () => {
    const plain = await showPage(await unmatching());
    expect(plain.at(-1)?.decision).not.toHaveProperty("metadata");
    const asked = await showPage(await unmatching(), { includeMetadata: true });
    expect(asked.at(-1)?.decision?.metadata).toMatchObject({ matchedPolicy: "NO_MATCH" });
    takeWarnings();
  });

  it("is not said where a gateway drops metadata", async () => {
    await showPage(await unmatching({ metadata: undefined }));
    expect(takeWarnings()).toEqual([]);
  });

  it("is said of a PDP that the provider was given later", async () => {
    const { FakeKindeProvider, FakeKinde, fakePdp, Probe, settle } = await load();
    const { PermissionsProvider } = await import("@kinde-cerbos/react");
    const { render } = await import("@testing-library/react");
    const kinde = new FakeKinde().signIn();
    const page = (pdp: FakePdp, id: string) => (
      <FakeKindeProvider kinde={kinde}>
        <PermissionsProvider pdp={pdp}>
          <Probe action="view" resource={{ ...document, id }} onRender={() => undefined} />
        </PermissionsProvider>
      </FakeKindeProvider>
    );
    const { rerender } = render(
      page(
        fakePdp((request) => answerTo(request)),
        "1",
      ),
    );
    await settle();
    expect(takeWarnings()).toEqual([]);
    rerender(page(await unmatching(), "2"));
    await settle();
    expect(takeWarnings()).toHaveLength(1);
  });
});

describe("in development, an attribute that does not fit its schema", () => {
  it("is said on the console", async () => {
    const error = { path: "/owner", message: "expected number, but got string", source: "SOURCE_RESOURCE" };
    const results = await showPage(await unmatching({ validationErrors: [error], metadata: undefined }));
    expect(results.at(-1)).toMatchObject({ status: "denied", reason: "schema" });
    expect(takeWarnings()).toEqual([
      expect.stringContaining("/owner of the resource (expected number, but got string)"),
    ]);
  });
});

describe("in production", () => {
  it("nothing is said, and no metadata requested", async () => {
    vi.stubEnv("NODE_ENV", "production");
    const pdp = await unmatching({ validationErrors: [{ path: "/", message: "no", source: "SOURCE_RESOURCE" }] });
    const results = await showPage(pdp);
    expect(results.at(-1)).toMatchObject({ status: "denied" });
    expect(pdp.requests.map(({ body }) => "includeMetadata" in body)).toEqual(pdp.requests.map(() => false));
    expect(takeWarnings()).toEqual([]);
  });
});
