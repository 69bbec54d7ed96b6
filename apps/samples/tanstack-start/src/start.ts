import { createCsrfMiddleware, createStart } from "@tanstack/react-start";
import { refreshEndedToken } from "./refresh-ended-token.ts";

const csrf = createCsrfMiddleware({ filter: ({ handlerType }) => handlerType === "serverFn" });

export const startInstance = createStart(() => ({ requestMiddleware: [csrf, refreshEndedToken] }));
