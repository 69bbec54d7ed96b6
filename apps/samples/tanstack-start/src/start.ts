import { createCsrfMiddleware, createMiddleware, createStart } from "@tanstack/react-start";
import { setResponseHeader } from "@tanstack/react-start/server";
import { refreshEndedToken } from "./refresh-ended-token.ts";

const csrf = createCsrfMiddleware({ filter: ({ handlerType }) => handlerType === "serverFn" });

/** No browser or cache stores responses, so the next user cannot see them. */
const storeNothing = createMiddleware().server(({ next }) => {
  setResponseHeader("cache-control", "private, no-store");
  return next();
});

export const startInstance = createStart(() => ({ requestMiddleware: [csrf, storeNothing, refreshEndedToken] }));
