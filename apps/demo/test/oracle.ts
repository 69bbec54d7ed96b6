import { ACTIONS, type DocumentRecord, documentResource } from "../data/documents.ts";

/** Cerbos takes 50 resources in a request. */
const CHUNK = 50;

/**
 * What the PDP says, asked by hand: no code of ours between the question and the answer. `"aurora-01 edit"` is in
 * the set if the PDP allows it.
 */
export async function oracle(
  pdpUrl: string,
  token: string,
  asked: readonly DocumentRecord[],
): Promise<ReadonlySet<string>> {
  const [, payload = ""] = token.split(".");
  const { sub }: { sub: string } = JSON.parse(Buffer.from(payload, "base64url").toString());
  const allowed = new Set<string>();
  for (let start = 0; start < asked.length; start += CHUNK) {
    const chunk = asked.slice(start, start + CHUNK);
    const response = await fetch(`${pdpUrl}/api/check/resources`, {
      method: "POST",
      body: JSON.stringify({
        principal: { id: sub, roles: ["user"] },
        resources: chunk.map((document) => ({ resource: documentResource(document), actions: ACTIONS })),
        auxData: { jwt: { token } },
      }),
    });
    if (!response.ok) throw new Error(`The PDP answered ${response.status}: ${await response.text()}`);
    const { results }: { results: { actions: Record<string, string> }[] } = JSON.parse(await response.text());
    for (const [row, { actions }] of results.entries()) {
      for (const action of ACTIONS) {
        if (actions[action] === "EFFECT_ALLOW") allowed.add(`${chunk[row]?.id} ${action}`);
      }
    }
  }
  return allowed;
}
