/** The colors of the panel. */
export type Theme = "light" | "dark";
