import { type ReactNode } from "react";
import { Link } from "wouter";
import { useSignIn } from "../session/sign-in.ts";
import { Brand } from "./brand.tsx";
import { Footer } from "./footer.tsx";
import { ThemeChoice, type ThemeProps } from "./theme-choice.tsx";
import { usePageHead } from "./use-page-head.ts";

const POINTS: readonly (readonly [title: string, text: string])[] = [
  ["Kinde says who you are", "Your token names the organization, roles, permissions and feature flags."],
  ["Cerbos decides", "Policies in YAML say what each person may do with each document."],
  ["You see why", "Each denied action shows the rules for it, and what would allow it."],
];

interface LandingProps extends ThemeProps {
  readonly notice: ReactNode;
}

/** The page for visitors who are not signed in: an introduction, and the sign-in. */
export function Landing({ notice, ...theme }: LandingProps): ReactNode {
  const signIn = useSignIn();
  const heading = usePageHead("Sign in", "See who may do what, and why, with Kinde and Cerbos in one React app.");
  return (
    <div className="landing">
      <LandingTop {...theme} />
      {notice}
      <main id="main" tabIndex={-1} className="hero">
        <h1 ref={heading} tabIndex={-1}>
          Who may do what, and why
        </h1>
        <p className="lead">
          {OWN_KINDE
            ? "A library of documents for each of your organizations. Sign in, see"
            : "A library of documents with three organizations and five people. Sign in as one of them, see"}{" "}
          what the policies allow, and change them while you look.
        </p>
        <button type="button" className="primary large" onClick={signIn}>
          Sign in
        </button>
        <p className="hint">
          {OWN_KINDE
            ? "You sign in at your own Kinde."
            : "You need no password and no Kinde account: choose one of five people."}{" "}
          <Link href="/own-kinde">{OWN_KINDE ? "Check its settings" : "Use your own Kinde"}</Link>
        </p>
        <ul className="points">
          {POINTS.map(([title, text]) => (
            <li key={title}>
              <h2>{title}</h2>
              <p>{text}</p>
            </li>
          ))}
        </ul>
      </main>
      <Footer />
    </div>
  );
}

/** The header for visitors who are not signed in. */
export function LandingTop(theme: ThemeProps): ReactNode {
  return (
    <header className="landing-top">
      <Brand />
      <ThemeChoice {...theme} />
    </header>
  );
}
