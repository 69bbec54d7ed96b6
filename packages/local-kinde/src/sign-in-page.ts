import type { LocalKindeConfig, PersonConfig } from "./config.ts";
import { organizationsOf } from "./directory.ts";
import { escapeHtml, sendPage } from "./html.ts";
import type { Context } from "./issuer.ts";

/** Shows the sign-in page, with a button for each person. */
export function renderSignInPage(
  ctx: Context,
  options: {
    config: LocalKindeConfig;
    /** The name of the application. */
    application: string;
    /** The code of the requested organization. */
    organization?: string;
    /** The e-mail address that the application expects. Its person is listed first. */
    loginHint?: string;
    /** The origin that the sign-in returns to. */
    redirectOrigin: string;
  },
): void {
  const { config, organization } = options;
  const hint = options.loginHint?.toLowerCase();
  const people = config.people.toSorted(
    (a, b) => Number(b.email.toLowerCase() === hint) - Number(a.email.toLowerCase() === hint),
  );
  const isMember = (person: PersonConfig): boolean =>
    organization === undefined || person.memberships.some((membership) => membership.organization === organization);
  const members = people.filter(isMember);
  const others = people.filter((person) => !isMember(person));
  const requested = config.organizations.find(({ code }) => code === organization);
  const invitation =
    organization === undefined
      ? "Choose a person to sign in as."
      : `You are signing in to ${requested?.name ?? organization}. Choose a person.`;
  const list = (group: PersonConfig[], focus: boolean): string =>
    `<ul>\n${group.map((person, index) => button(config, person, focus && index === 0)).join("\n")}\n</ul>`;
  sendPage(ctx, {
    title: `Sign in to ${options.application}`,
    formTargets: [options.redirectOrigin],
    body: `<h1>Sign in to ${escapeHtml(options.application)}</h1>
<p>${escapeHtml(invitation)}</p>
<form method="post">
${members.length === 0 ? "<p>There are no people to choose.</p>" : list(members, true)}
${others.length === 0 ? "" : `<h2>Not members</h2>\n${list(others, false)}`}
</form>`,
  });
}

function button(config: LocalKindeConfig, person: PersonConfig, focus: boolean): string {
  const organizations = organizationsOf(config, person).map(({ name }) => name);
  const name = `${person.givenName} ${person.familyName}`.trim();
  return `<li><button name="person" value="${escapeHtml(person.id)}"${focus ? " autofocus" : ""}>
<strong>${escapeHtml(name)}</strong>
<span>${escapeHtml(person.email)}</span>
<span>${escapeHtml(organizations.length === 0 ? "No organization" : organizations.join(", "))}</span>
</button></li>`;
}
