import { gateway } from "../authz.server.ts";
import type { Route } from "./+types/authz";

/** The gateway: the page's checks arrive at `/authz/api/check/resources`. */
export const action = ({ request }: Route.ActionArgs): Promise<Response> => gateway(request);
