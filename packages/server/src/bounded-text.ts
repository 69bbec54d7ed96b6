import { Failure } from "./error-text.ts";

/** The text of an answer, which fails as soon as it is longer than this, in bytes: no more is ever held. */
export async function boundedText({ body }: Response, maxBytes: number): Promise<string> {
  let left = maxBytes;
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, stream) {
      left -= chunk.length;
      if (left < 0) throw new Failure(`The answer is longer than ${maxBytes} bytes.`);
      stream.enqueue(chunk);
    },
  });
  return new Response(body?.pipeThrough(count)).text();
}
