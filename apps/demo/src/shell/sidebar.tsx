import { type SwitchOrgResult } from "@kinde-cerbos/react";
import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { PAGES } from "../pages/pages.ts";
import { Icon } from "../ui/icon.tsx";
import { Account } from "./account.tsx";
import { Brand } from "./brand.tsx";
import { DevtoolsButton } from "./devtools-button.tsx";
import { Organizations } from "./organizations.tsx";
import { ThemeChoice, type ThemeProps } from "./theme-choice.tsx";

type SidebarProps = ThemeProps & Omit<SwitchOrgResult, "error">;

/** Navigation and signed-in user: beside the page, or in a menu above it if there is no room. */
export function Sidebar({ theme, onTheme, ...switching }: SidebarProps): ReactNode {
  const [path] = useLocation();
  // The menu of one page is not that of the next.
  const [openAt, setOpenAt] = useState<string | null>(null);
  const isOpen = openAt === path;
  const button = useRef<HTMLButtonElement>(null);
  const closeByKey = ({ key }: KeyboardEvent): void => {
    if (key !== "Escape" || !isOpen) return;
    setOpenAt(null);
    button.current?.focus();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- closes what is in it
    <header className="sidebar" onKeyDown={closeByKey}>
      <div className="sidebar-top">
        <Brand />
        <button
          ref={button}
          type="button"
          className="menu-button"
          aria-expanded={isOpen}
          aria-controls="menu"
          onClick={() => setOpenAt(isOpen ? null : path)}
        >
          <Icon path={isOpen ? "M3.5 3.5l9 9M12.5 3.5l-9 9" : "M2 4.5h12M2 8h12M2 11.5h12"} />
          Menu
        </button>
      </div>
      <div id="menu" className="menu" data-open={isOpen}>
        <nav aria-label="Pages">
          <ul className="nav">
            {PAGES.map((page) => (
              <li key={page.path}>
                <Link href={page.path} aria-current={page.path === path ? "page" : undefined}>
                  <Icon path={page.icon} />
                  {page.title}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <Organizations {...switching} />
        <div className="sidebar-end">
          <DevtoolsButton />
          <Account />
          <ThemeChoice theme={theme} onTheme={onTheme} />
        </div>
      </div>
    </header>
  );
}
