import { useState } from "react";

/** The colors that the user wants: `system` for what the system prefers. */
export type Theme = "system" | "light" | "dark";

/** The theme and how to choose another one, which a reload keeps. index.html applies it before the first paint. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(() => readTheme(document.documentElement.dataset["theme"]));
  const choose = (next: Theme): void => {
    document.documentElement.dataset["theme"] = next;
    localStorage.setItem("theme", next);
    setTheme(next);
  };
  return [theme, choose];
}

function readTheme(text: string | undefined): Theme {
  return text === "light" || text === "dark" ? text : "system";
}
