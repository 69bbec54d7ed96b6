import { type ReactNode } from "react";
import { useLocation } from "wouter";
import { PAGES } from "../pages/pages.ts";
import { Footer } from "./footer.tsx";
import { Landing, LandingTop } from "./landing.tsx";
import { PageFrame } from "./page-frame.tsx";
import { type ThemeProps } from "./theme-choice.tsx";

interface SignedOutProps extends ThemeProps {
  readonly notice: ReactNode;
}

/** The landing page, or a page that needs no session. */
export function SignedOut({ notice, ...theme }: SignedOutProps): ReactNode {
  const [path] = useLocation();
  const page = PAGES.find((one) => one.path === path && one.isPublic);
  if (!page) return <Landing notice={notice} {...theme} />;
  return (
    <div className="public">
      <LandingTop {...theme} />
      {notice}
      <PageFrame page={page} />
      <Footer />
    </div>
  );
}
