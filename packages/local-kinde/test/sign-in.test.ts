import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LocalKinde, startLocalKinde } from "../src/index.ts";
import { authorizeUrl, Browser, claimsOf } from "./support/browser.ts";
import { testConfig } from "./support/config.ts";

let kinde: LocalKinde;
let browser: Browser;
beforeEach(async () => {
  kinde = await startLocalKinde({ config: testConfig() });
  browser = new Browser(kinde);
});
afterEach(() => kinde.close());

async function page(params: Record<string, string> = {}): Promise<{ html: string; headers: Headers; url: URL }> {
  const { response, url } = await browser.open(authorizeUrl(kinde, { params }));
  expect(response.status).toBe(200);
  return { html: await response.text(), headers: response.headers, url };
}

const peopleIn = (html: string): string[] => [...html.matchAll(/value="(kp_\w+)"/g)].map((match) => match[1]!);

describe("the sign-in page", () => {
  it("shows everyone with name, address and organizations, escaped", async () => {
    const { html } = await page();
    expect(peopleIn(html)).toEqual(["kp_ann", "kp_bob", "kp_nil"]);
    expect(html).toContain("Sign in to Papers");
    expect(html).toContain("<strong>Bob &#60;b&#62; O&#39;Neil</strong>");
    expect(html).toContain("<span>Acme, Birch &#38; Sons</span>");
    expect(html).toContain("<span>No organization</span>");
    expect(html).not.toContain("<b>");
  });

  it("runs no script, loads nothing, cannot be framed, and may post on to the application", async () => {
    const { html, headers } = await page();
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self' http:\/\/localhost:5173; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(headers.get("cache-control")).toBe("no-store");
    expect(html).not.toContain("<script");
    expect(html).toContain("prefers-color-scheme: dark");
  });

  it("puts the person of login_hint first, in focus", async () => {
    const { html } = await page({ login_hint: "BOB@example.com" });
    expect(peopleIn(html)[0]).toBe("kp_bob");
    expect(html).toContain('value="kp_bob" autofocus');
    expect(html.split("autofocus")).toHaveLength(2);
  });

  it("sets those apart who are no members of the organization that is asked for", async () => {
    const { html } = await page({ org_code: "org_acme" });
    expect(html).toContain("signing in to Acme");
    const [members = "", others = ""] = html.split("Not members");
    expect([peopleIn(members), peopleIn(others)]).toEqual([["kp_ann"], ["kp_bob", "kp_nil"]]);
  });

  it("takes the organization from its own address, as if the application had asked for it", async () => {
    const verifier = "v".repeat(43);
    const choose = async (organization: string): Promise<URL> => {
      const { url } = await browser.open(authorizeUrl(kinde, { verifier, params: { prompt: "login" } }));
      url.searchParams.set("org_code", organization);
      const { response } = await browser.open(url);
      expect(await response.text()).toContain(`signing in to ${organization === "org_birch" ? "Birch" : "Closed"}`);
      const body = new URLSearchParams({ person: "kp_ann" });
      return (await browser.open(url, { method: "POST", body, headers: { origin: kinde.url } })).url;
    };
    const back = await choose("org_birch");
    const tokens = await browser.exchange({ code: back.searchParams.get("code") ?? "", verifier });
    expect(claimsOf(JSON.parse(await tokens.text()).access_token)).toMatchObject({
      sub: "kp_ann",
      org_code: "org_birch",
    });
    expect((await choose("org_closed")).searchParams.get("error_description")).toBe(
      "kp_ann is not a member of the organization org_closed",
    );
  });

  it("comes again after a choice that is none", async () => {
    const { url } = await page();
    const { response } = await browser.open(url, {
      method: "POST",
      body: new URLSearchParams({ person: "kp_nobody" }),
    });
    expect(response.status).toBe(200);
    expect(peopleIn(await response.text())).toHaveLength(3);
  });

  it("refuses a post from another site, and from a browser that did not begin", async () => {
    const { url } = await page();
    const post = (of: Browser, origin: string): Promise<Response> =>
      of.fetch(url, { method: "POST", body: new URLSearchParams({ person: "kp_ann" }), headers: { origin } });
    expect((await post(browser, "https://evil.test")).status).toBe(403);
    const stranger = await post(new Browser(kinde), kinde.url);
    expect(stranger.status).toBe(400);
    expect(await stranger.text()).toContain("expired");
  });
});

describe("a session", () => {
  it("signs in without a page", async () => {
    await browser.signIn({ person: "kp_bob" });
    expect(claimsOf((await browser.signIn()).access_token).sub).toBe("kp_bob");
  });

  it.each(["create", "login"])("is put aside by prompt=%s, and handed over to who signs in", async (prompt) => {
    await browser.signIn({ person: "kp_bob" });
    const tokens = await browser.signIn({ person: "kp_ann", params: { prompt } });
    expect(claimsOf(tokens.access_token)).toMatchObject({ sub: "kp_ann", org_code: "org_acme" });
    expect(claimsOf((await browser.signIn({ params: { prompt: "none" } })).access_token).sub).toBe("kp_ann");
  });

  it("has cookies that no script reads, named after the port", async () => {
    await browser.signIn({ person: "kp_ann" });
    const names = [...browser.cookies.keys()].filter((name) => name.includes("session"));
    expect(names.every((name) => name.includes(String(kinde.port)))).toBe(true);
    expect([...browser.cookies].filter(([, cookie]) => !cookie.httpOnly).map(([name]) => name)).toEqual(["_kbrte"]);
  });
});
