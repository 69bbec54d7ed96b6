import { useSwitchOrg } from "@kinde-cerbos/react";
import { type ReactNode } from "react";
import { useLocation } from "wouter";
import { PAGES } from "../pages/pages.ts";
import { PdpNotice } from "../pdp/pdp-notice.tsx";
import { SessionNotice } from "../session/session-notice.tsx";
import { SwitchNotice } from "../session/switch-notice.tsx";
import { Footer } from "./footer.tsx";
import { NotFound } from "./not-found.tsx";
import { PageFrame } from "./page-frame.tsx";
import { Sidebar } from "./sidebar.tsx";
import { type ThemeProps } from "./theme-choice.tsx";

interface ShellProps extends ThemeProps {
  /** A notice above everything else. */
  readonly notice: ReactNode;
}

/** The frame of every page: navigation, signed-in user and notices. */
export function Shell({ notice, ...theme }: ShellProps): ReactNode {
  const [path] = useLocation();
  const { error, ...switching } = useSwitchOrg();
  const page = PAGES.find((one) => one.path === path);
  return (
    <div className="shell">
      <Sidebar {...theme} {...switching} />
      <div className="content">
        {notice}
        <SessionNotice />
        <SwitchNotice error={error} />
        <PdpNotice />
        {page ? <PageFrame key={page.path} page={page} /> : <NotFound />}
        <Footer />
      </div>
    </div>
  );
}
