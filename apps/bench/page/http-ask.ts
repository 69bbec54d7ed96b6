import { HTTP } from "@cerbos/http";
import { type Ask } from "./ask.ts";

/** Cerbos' own client. */
export function httpAsk(url: string): Ask {
  const client = new HTTP(url);
  return (request) => client.checkResources(request);
}
