import { createFileRoute } from "@tanstack/react-router";
import { gateway } from "../authz.server.ts";

/** The gateway: the page's checks arrive at `/authz/api/check/resources`. */
export const Route = createFileRoute("/authz/$")({
  server: { handlers: { POST: ({ request }) => gateway(request) } },
});
