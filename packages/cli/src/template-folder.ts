/** The folder of the files that `init` adds to an app. Built or not, this file is one folder below the package. */
export const templateFolder: URL = new URL("../templates/vite/", import.meta.url);
