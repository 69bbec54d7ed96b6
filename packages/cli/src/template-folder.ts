/** The files that `init` gives to an app. This file is one folder below the package's, before it is built and after. */
export const templateFolder: URL = new URL("../templates/vite/", import.meta.url);
