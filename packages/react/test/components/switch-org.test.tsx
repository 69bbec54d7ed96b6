import { type AuthzError } from "@kinde-cerbos/core";
import { SwitchOrg, useOrganizations, usePermissionsSession } from "@kinde-cerbos/react";
import { StorageKeys } from "@kinde-oss/kinde-auth-react/utils";
import { fireEvent, renderHook, screen } from "@testing-library/react";
import { type ReactNode } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { FakeFrame, FakeIssuer, kindeToken } from "../fake-issuer.ts";
import { after, FakeKinde, renderApp, settle } from "../support.tsx";

const ORGANIZATIONS = [
  { id: "org_a", name: "Aurora" },
  { id: "org_b", name: "Børealis & Søn" },
  { id: "org_c", name: "Cascade" },
];

let issuer: FakeIssuer;
beforeEach(() => {
  issuer = new FakeIssuer();
  issuer.forCode = kindeToken({ org_code: "org_b" });
});

function idTokenOf(claims: object): string {
  const body = Buffer.from(JSON.stringify({ sub: "alice", ...claims })).toString("base64url");
  return `e30.${body}.c2ln`;
}

/** Somebody in org_a, with this in the id token. */
function signedIn(claims: object = { organizations: ORGANIZATIONS }): FakeKinde {
  const kinde = new FakeKinde().signIn(kindeToken());
  issuer.idToken = idTokenOf(claims);
  void kinde.storage.setSessionItem(StorageKeys.idToken, issuer.idToken);
  return kinde;
}

function Where(): ReactNode {
  return <p>{`in ${usePermissionsSession().orgCode}`}</p>;
}

async function start(children: ReactNode = <SwitchOrg />, kinde = signedIn()): Promise<void> {
  renderApp([<Where key="where" />, <div key="app">{children}</div>], { kinde });
  await settle();
}

const choice = (): HTMLSelectElement => screen.getByRole("combobox");
const button = (): HTMLElement => screen.getByRole("button");
const choose = (code: string): boolean => fireEvent.change(choice(), { target: { value: code } });

const renderError = ({ code }: AuthzError): ReactNode => <b>{code}</b>;

describe("SwitchOrg", () => {
  it("offers the organizations by name, and shows the present one", async () => {
    await start();
    expect(screen.getByLabelText("Organization")).toBe(choice());
    expect(Array.from(choice().options, ({ value, text }) => [value, text])).toEqual([
      ["org_a", "Aurora"],
      ["org_b", "Børealis & Søn"],
      ["org_c", "Cascade"],
    ]);
    expect(choice().value).toBe("org_a");
    expect(button().getAttribute("aria-disabled")).toBe("true");
  });

  it("does not switch while options are passed, but when the button is pressed", async () => {
    await start();
    await after(() => choose("org_b"));
    await after(() => choose("org_c"));
    await after(() => choose("org_b"));
    expect(document.querySelector("iframe")).toBeNull();
    const frame = await press();
    expect(frame.asked.get("org_code")).toBe("org_b");
    await after(() => frame.answer({ code: "abc" }));
    await screen.findByText("in org_b");
    expect(choice().value).toBe("org_b");
  });

  it("keeps the choice and the focus while it switches, and says that it is busy", async () => {
    await start();
    await after(() => choose("org_b"));
    button().focus();
    const frame = await press();
    expect(choice().value).toBe("org_b");
    expect(document.activeElement).toBe(button());
    expect(button().closest("form")?.getAttribute("aria-busy")).toBe("true");
    await after(() => frame.answer({ code: "abc" }));
    await screen.findByText("in org_b");
    expect(button().closest("form")?.getAttribute("aria-busy")).toBe("false");
    expect(document.activeElement).toBe(button());
  });

  it("goes back to the present one after a failure, and says why", async () => {
    await start();
    await after(() => choose("org_b"));
    const frame = await press();
    await after(() => frame.answer({ error: "access_denied" }));
    expect((await screen.findByRole("alert")).textContent).toContain("not a member of org_b");
    expect(choice().value).toBe("org_a");
  });

  it("shows what the app wants it to show", async () => {
    await start(
      <SwitchOrg
        label="Firma"
        button="Wechseln"
        className="firms"
        renderError={renderError}
        silentPage="/quiet.html"
      />,
    );
    expect(screen.getByLabelText("Firma").closest("form")?.className).toBe("firms");
    await after(() => choose("org_b"));
    expect(screen.getByText("Wechseln")).toBe(button());
    const frame = await press();
    expect(frame.asked.get("redirect_uri")).toMatch(/\/quiet\.html$/);
    await after(() => frame.answer({ error: "access_denied" }));
    expect((await screen.findByText("switch_not_member")).tagName).toBe("B");
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it.each([
    ["one organization", () => signedIn({ organizations: ORGANIZATIONS.slice(0, 1) })],
    ["nobody signed in", () => new FakeKinde().signOut()],
    [
      "an id token that cannot be read",
      () => {
        const kinde = signedIn();
        void kinde.storage.setSessionItem(StorageKeys.idToken, "not.a.token");
        return kinde;
      },
    ],
  ])("is nothing for %s", async (_, kinde) => {
    await start(<SwitchOrg />, kinde());
    expect(screen.queryByRole("combobox")).toBeNull();
  });
});

/** Presses the button, and waits until Kinde is asked. */
async function press(): Promise<FakeFrame> {
  await after(() => fireEvent.click(button()));
  return FakeFrame.next();
}

function Organizations(): ReactNode {
  return <pre>{JSON.stringify(useOrganizations())}</pre>;
}

function listed(): unknown {
  return JSON.parse(document.querySelector("pre")?.textContent ?? "");
}

describe("useOrganizations", () => {
  it.each<[string, object, { code: string; name: string }[]]>([
    ["names", { organizations: ORGANIZATIONS.slice(0, 1) }, [{ code: "org_a", name: "Aurora" }]],
    [
      "codes, where names are not switched on",
      { org_codes: ["org_a", "org_b"] },
      [
        { code: "org_a", name: "org_a" },
        { code: "org_b", name: "org_b" },
      ],
    ],
    [
      "codes that have no name",
      { org_codes: ["org_a", "org_c"], organizations: ORGANIZATIONS.slice(0, 1) },
      [
        { code: "org_a", name: "Aurora" },
        { code: "org_c", name: "org_c" },
      ],
    ],
    ["Hasura names", { "x-hasura-organizations": ORGANIZATIONS.slice(2) }, [{ code: "org_c", name: "Cascade" }]],
    ["Hasura codes", { "x-hasura-org-codes": ["org_c"] }, [{ code: "org_c", name: "org_c" }]],
    ["nothing of what is no organization", { organizations: [null, { id: 1, name: "x" }, "y"], org_codes: [2] }, []],
    ["nothing of what is no list", { organizations: "all", org_codes: {} }, []],
  ])("reads %s", async (_, idToken, expected) => {
    await start(<Organizations />, signedIn(idToken));
    expect(listed()).toEqual(expected);
  });

  it("follows the user who is signed in", async () => {
    const kinde = signedIn();
    await start(<Organizations />, kinde);
    await after(() => {
      void kinde.storage.setSessionItem(StorageKeys.idToken, idTokenOf({ org_codes: ["org_z"] }));
    });
    expect(listed()).toEqual([{ code: "org_z", name: "org_z" }]);
  });

  it("throws outside of KindeProvider", () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    expect(() => renderHook(() => useOrganizations())).toThrow(/KindeProvider/);
    vi.mocked(console.error).mockClear();
  });
});
