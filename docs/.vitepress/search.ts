import { type SearchOptions } from "minisearch";

/** Options of the search box. VitePress writes the functions into the page, so they use nothing outside themselves. */
export const searchOptions: SearchOptions = {
  // Three letters or digits: "csp" is not "cp", and "503" is not "403".
  fuzzy: (term) => (term.length > 3 ? 0.2 : false),
  prefix: true,
  boost: { title: 4, text: 2, titles: 1 },
  // Guides come before the API.
  boostDocument: (id: string) => (id.includes("/reference/api/") ? 0.5 : 1),
};
