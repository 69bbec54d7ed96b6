import { request } from "node:http";
import { type Server } from "node:net";

/** What a server answers. */
export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** Asks for a target as it is written: `fetch` would resolve its dots. */
export function ask(
  port: number,
  target: string,
  { method = "GET", ...headers }: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path: target, method, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      const { statusCode: status = 0, headers: received } = response;
      response.on("end", () => resolve({ status, headers: received, body })).on("error", reject);
    });
    asked.on("error", reject).end();
  });
}

/** Where a server listens. */
export function portOf(server: Pick<Server, "address"> | null): number {
  const address = server?.address();
  return typeof address === "object" && address ? address.port : 0;
}

/** Whether a text is in an answer, as it is or in a `data:` address. */
export function tells({ body }: Answer, text: string): boolean {
  const data = [...body.matchAll(/base64,([\w+/=]+)/g)];
  const inlined = data.map(([, text64 = ""]) => Buffer.from(text64, "base64").toString());
  return [body, decodeSafely(body), ...inlined].some((one) => one.includes(text));
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
