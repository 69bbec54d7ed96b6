import { type Locator, type Page } from "@playwright/test";

/** Options for {@link signInAs}. */
export interface SignInOptions {
  /** Id of the person in `kinde.json`, such as `kp_ann`. */
  readonly person: string;
  /** Code of the organization. Default: the one that the app requests, else the person's first. */
  readonly organization?: string;
  /**
   * The button or link that starts the sign-in. Default: the first one named "Sign in", "Log in" or "Login". It is not
   * clicked if the app has already redirected to the issuer.
   */
  readonly button?: Locator;
}

const NAME = /^(?:sign|log) ?in$/i;

/**
 * Signs a person in at the local Kinde. The page must be one of the app, with nobody signed in. Resolves when the app
 * has exchanged the authorization code for tokens.
 *
 * @throws Error if the issuer does not know the person, or the person is not a member of the organization
 */
export async function signInAs(page: Page, { person, organization, button }: SignInOptions): Promise<void> {
  const begin = button ?? page.getByRole("button", { name: NAME }).or(page.getByRole("link", { name: NAME }));
  const people = page.locator('form[method="post"] button[name="person"]');
  await people.or(begin).first().waitFor();
  if ((await people.count()) === 0) {
    // If the issuer still had a session, it would sign that person in without showing its page.
    await page.context().clearCookies({ name: /^local_kinde_\d+_session/ });
    await begin.first().click();
    await people.first().waitFor();
  }
  const { origin } = new URL(page.url());
  if (organization !== undefined) await page.goto(withOrganization(page.url(), organization));
  const choice = await choiceOf(people, person);
  const [back] = await Promise.all([
    page.waitForRequest((request) => request.isNavigationRequest() && new URL(request.url()).origin !== origin),
    choice.click(),
  ]);
  const { searchParams } = new URL(back.url());
  const refusal = searchParams.get("error_description") ?? searchParams.get("error");
  if (refusal !== null) throw new Error(`The issuer did not sign in "${person}": ${refusal}.`);
  await page.waitForURL((url) => url.origin !== origin && !url.searchParams.has("code"));
}

function withOrganization(url: string, organization: string): string {
  const next = new URL(url);
  next.searchParams.set("org_code", organization);
  return next.href;
}

/** Returns the button that signs a person in. */
async function choiceOf(people: Locator, person: string): Promise<Locator> {
  const ids = await people.evaluateAll((buttons) => buttons.map((one) => one.getAttribute("value")));
  const at = ids.indexOf(person);
  if (at === -1)
    throw new Error(`The issuer has no person "${person}". It has ${ids.join(", ")}. Add the person to kinde.json.`);
  return people.nth(at);
}
