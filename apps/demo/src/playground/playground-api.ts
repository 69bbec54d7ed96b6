/** An answer of the playground's own server. */
export interface PlaygroundAnswer<Body> {
  readonly status: number;
  readonly body: Body;
}

interface PlaygroundQuestion {
  readonly body?: object;
  /** The access token of the user that the request is about. */
  readonly token?: string | null;
  readonly signal?: AbortSignal;
}

/** The playground's server has refused, or does not answer. Its message is for people. */
class PlaygroundError extends Error {}

/**
 * Asks the playground's own server, which is there in development only.
 *
 * @param path such as `policies/file?path=document.yaml`
 * @param answers statuses whose answers are read
 * @throws PlaygroundError for every other status
 */
export async function askPlayground<Body>(
  method: "GET" | "POST" | "PUT",
  path: string,
  { body, token, signal }: PlaygroundQuestion = {},
  answers: readonly number[] = [200],
): Promise<PlaygroundAnswer<Body>> {
  const headers = {
    "content-type": "application/json",
    ...(token !== undefined && token !== null && { authorization: `Bearer ${token}` }),
  };
  const sent = { ...(body && { body: JSON.stringify(body) }), ...(signal && { signal }) };
  const response = await fetch(`/playground/api/${path}`, { method, headers, ...sent }).catch((cause: unknown) => {
    throw new PlaygroundError("The playground's server does not answer. Is it still running?", { cause });
  });
  const text = await response.text();
  if (answers.includes(response.status)) return { status: response.status, body: JSON.parse(text) };
  throw new PlaygroundError(messageIn(text) ?? `The playground's server answered ${response.status}.`);
}

function messageIn(text: string): string | undefined {
  try {
    const { message }: { message?: unknown } = JSON.parse(text);
    return typeof message === "string" ? message : undefined;
  } catch {
    return undefined;
  }
}
