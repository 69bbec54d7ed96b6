import { type ReactNode } from "react";
import { Icon } from "../ui/icon.tsx";
import { type Theme } from "./theme.ts";

/** The props for the theme. */
export interface ThemeProps {
  readonly theme: Theme;
  readonly onTheme: (theme: Theme) => void;
}

const THEMES: readonly { readonly theme: Theme; readonly label: string; readonly icon: string }[] = [
  { theme: "system", label: "System", icon: "M2 3h12v8H2zM6 14h4M8 11v3" },
  {
    theme: "light",
    label: "Light",
    icon: "M8 5.2a2.8 2.8 0 100 5.6 2.8 2.8 0 000-5.6zM8 1v1.3M8 13.7V15M1 8h1.3M13.7 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1",
  },
  { theme: "dark", label: "Dark", icon: "M13.5 9.6A6 6 0 016.4 2.5 6 6 0 1013.5 9.6z" },
];

/** Chooses light or dark, or what the system prefers. */
export function ThemeChoice({ theme: chosen, onTheme }: ThemeProps): ReactNode {
  return (
    <fieldset className="segments small">
      <legend className="unseen">Colors</legend>
      {THEMES.map(({ theme, label, icon }) => (
        <label key={theme} title={label}>
          <input
            className="unseen"
            type="radio"
            name="theme"
            checked={theme === chosen}
            onChange={() => onTheme(theme)}
          />
          <Icon path={icon} />
          <span className="unseen">{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
