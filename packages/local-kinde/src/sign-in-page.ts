import type { LocalKindeConfig, PersonConfig } from "./config.ts";
import { organizationsOf } from "./directory.ts";
import { escapeHtml, sendPage } from "./html.ts";
import type { Context } from "./issuer.ts";

/** Shows the people as buttons: one click signs in. */
export function renderSignInPage(
  ctx: Context,
  options: {
    config: LocalKindeConfig;
    /** The name of the application. */
    application: string;
    /** The code of the organization that the application asked for. */
    organization?: string;
    /** The address that the application expects: that person comes first. */
    loginHint?: string;
    /** The origin that the sign-in comes back to. */
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
  const asked = config.organizations.find(({ code }) => code === organization);
  const into = organization === undefined ? "" : `, in ${asked?.name ?? organization}`;
  const list = (group: PersonConfig[], focus: boolean): string =>
    `<ul>\n${group.map((person, index) => button(config, person, focus && index === 0)).join("\n")}\n</ul>`;
  sendPage(ctx, {
    title: `Sign in to ${options.application}`,
    formTargets: [options.redirectOrigin],
    body: `<h1>Sign in to ${escapeHtml(options.application)}</h1>
<p>Choose who you are${escapeHtml(into)}.</p>
<form method="post">
${members.length === 0 ? "<p>Nobody.</p>" : list(members, true)}
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
