// A token with other rights of the same user, as a refresh in the background brings it.
import { type PrincipalAttributes } from "@kinde-cerbos/core";
import { usePermissionsSession } from "@kinde-cerbos/react";
import { screen } from "@testing-library/react";
import { type ReactNode, useEffect } from "react";
import { beforeEach, expect, it } from "vitest";
import {
  after,
  type AppOptions,
  decidedFor,
  document1,
  FakeKinde,
  Probe,
  renderApp,
  settle,
  tokenOf,
} from "./support.tsx";

const statuses: string[] = [];
const seen: string[] = [];
let mounts = 0;

/** As docs/concepts/sessions.md has it: what is inside is there while somebody is signed in. */
function Gate({ children }: { readonly children: ReactNode }): ReactNode {
  const { status, orgCode } = usePermissionsSession();
  const text = `${status} ${String(orgCode)}`;
  if (statuses.at(-1) !== text) statuses.push(text);
  return status === "authenticated" ? children : null;
}

function Page(): ReactNode {
  useEffect(() => {
    mounts += 1;
  }, []);
  return (
    <>
      <input aria-label="Title" />
      <Probe
        action="view"
        resource={document1}
        onRender={(result) => {
          const text = `${result.status} ${String(decidedFor(result))}`;
          if (seen.at(-1) !== text) seen.push(text);
        }}
      />
    </>
  );
}

beforeEach(() => {
  seen.length = statuses.length = 0;
  mounts = 0;
});

async function changeTo(claims: object, options: AppOptions = {}): Promise<void> {
  const kinde = new FakeKinde().signIn();
  renderApp(
    <Gate>
      <Page />
    </Gate>,
    { kinde, ...options },
  );
  await settle();
  screen.getByLabelText<HTMLInputElement>("Title").value = "half a sentence";
  seen.length = statuses.length = 0;
  await after(() => kinde.store(tokenOf(claims)));
  await after(() => kinde.update());
}

const title = (): string | undefined => screen.queryByLabelText<HTMLInputElement>("Title")?.value;

it("keeps the page, and allows nothing until the new session has its decisions", async () => {
  await changeTo({ permissions: ["edit"] });
  expect(title()).toBe("half a sentence");
  expect(mounts).toBe(1);
  expect(seen).toEqual(["pending null", "allowed alice in org_a with edit"]);
  expect(statuses).toEqual(["authenticated org_a"]);
});

it("keeps the page for another organization of the user too", async () => {
  await changeTo({ org_code: "org_b" });
  expect(title()).toBe("half a sentence");
  expect(seen).toEqual(["pending null", "allowed alice in org_b"]);
  expect(statuses).toEqual(["authenticated org_b"]);
});

it("keeps the page while attributes are asked for, with nothing allowed", async () => {
  const answer = Promise.withResolvers<PrincipalAttributes>();
  let isFirst = true;
  const enrich = async (): Promise<PrincipalAttributes> => {
    if (!isFirst) return answer.promise;
    isFirst = false;
    return {};
  };
  await changeTo({ permissions: ["edit"] }, { principal: { enrich } });
  expect(title()).toBe("half a sentence");
  expect(seen).toEqual(["pending null"]);
  await after(() => answer.resolve({}));
  expect(seen).toEqual(["pending null", "allowed alice in org_a with edit"]);
  expect(statuses).toEqual(["authenticated org_a"]);
});

it("does not keep the page for another user", async () => {
  await changeTo({ sub: "bob" });
  expect(mounts).toBe(2);
  expect(statuses[0]).toBe("loading null");
});

it("does not keep the page while Kinde's SDK itself is loading, as at a sign-in: it may be anybody's next", async () => {
  const kinde = new FakeKinde().signIn();
  renderApp(
    <Gate>
      <Page />
    </Gate>,
    { kinde },
  );
  await settle();
  seen.length = statuses.length = 0;
  await after(() => kinde.update({ isLoading: true }));
  expect(title()).toBeUndefined();
  expect([seen, statuses]).toEqual([[], ["loading null"]]);
  await after(() => kinde.update({ isLoading: false }));
  expect(statuses).toEqual(["loading null", "authenticated org_a"]);
});
