import { beforeEach, describe, expect, it, vi } from "vitest";
import { tokenOf } from "../../support.tsx";

const NOW = Date.parse("2030-01-01T00:00:00Z");
const LIFE = 3600;

/** A token of an hour, issued so many seconds from now by Kinde's clock. */
function issued(seconds: number): { readonly token: string; readonly expiresAt: number } {
  const iat = NOW / 1000 + seconds;
  return { token: tokenOf({ iat, exp: iat + LIFE }), expiresAt: (iat + LIFE) * 1000 };
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date", "performance"] });
});
/** When a token of before ends, in a page that came with this address, and has this one by the first token. */
async function endIn(search: string, later = ""): Promise<number> {
  window.history.replaceState(null, "", `/${search}`);
  vi.resetModules();
  const page = await import("../../../src/sources/kinde-react/kinde-clock.ts");
  window.history.replaceState(null, "", `/${later}`);
  const old = issued(-1000);
  page.kindeClock().sees(old);
  return (Number(page.kindeClock().endOf(old)) - NOW) / 1000;
}

describe("the page's clock, where the page was loaded with a code that is gone by the first token", () => {
  const kindes = btoa(JSON.stringify({ kinde: { event: "login" } })).replaceAll("=", "");

  it("is compared with a token that was issued for it", async () => {
    expect(await endIn(`?code=1&state=${kindes}`)).toBeGreaterThan(LIFE - 60);
  });

  it("is not compared with an old token where Kinde's SDK has left the code, as it was not exchanged", async () => {
    expect(await endIn(`?code=1&state=${kindes}`, `?code=1&state=${kindes}`)).toBe(2600);
  });

  it.each(["?code=SAVE20", "?code=1&state=xyz", `?code=1&state=${btoa("{}")}`, `?code=1&state=${btoa("null")}`])(
    "is not compared with an old token where the code was not Kinde's: %s",
    async (search) => {
      expect(await endIn(search)).toBe(2600);
    },
  );
});
