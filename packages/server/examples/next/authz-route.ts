// app/authz/[...path]/route.ts of a Next.js app: the gateway. The page asks `new HTTP("/authz")`.
import { createGateway } from "@kinde-cerbos/server";
import { settings } from "../settings.ts";

const gateway = createGateway(settings);

// A function, as Next looks at what is exported.
export const POST = (request: Request): Promise<Response> => gateway(request);
