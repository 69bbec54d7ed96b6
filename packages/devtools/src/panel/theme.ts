/** The color scheme of the panel. */
export type Theme = "light" | "dark";
