import { Failure } from "./error-text.ts";
import { type ReceivedResponse } from "./option.ts";

/** Reads the text of a response in UTF-8. Fails at the first byte over the limit, so that no more is ever in memory. */
export async function boundedText({ body }: Pick<ReceivedResponse, "body">, maxBytes: number): Promise<string> {
  if (!body) return "";
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let length = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value?.length ?? 0;
    if (length > maxBytes) {
      void reader.cancel().catch(() => {});
      throw new Failure(`The answer is longer than ${maxBytes} bytes.`);
    }
    text += decoder.decode(value, { stream: true });
  }
}
