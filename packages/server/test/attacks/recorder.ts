// Stands between the gateway and its PDP, keeps what comes by and changes nothing.
import { type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { serve, type Served } from "../serve.ts";

/** A request that came to the PDP. */
interface Recorded {
  readonly path: string;
  readonly headers: readonly string[];
  readonly body: { readonly [field: string]: unknown };
}

export interface Recorder extends Served {
  readonly asked: Recorded[];
}

export async function startRecorder(pdpUrl: string): Promise<Recorder> {
  const asked: Recorded[] = [];
  const passOn = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    asked.push({
      path: request.url ?? "",
      headers: Object.keys(request.headers).toSorted(),
      body: JSON.parse(body.toString()),
    });
    const answer = await fetch(`${pdpUrl}${request.url}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(await answer.text());
  };
  const served = await serve((request, response) => {
    passOn(request, response).catch(() => response.destroy());
  });
  return { ...served, asked };
}
