import { type JsonInput, type KindeClaims } from "@kinde-cerbos/core";
import { isFields } from "@kinde-cerbos/core/internal";
import { Failure } from "./error-text.ts";
import { type PdpQuestion } from "./read-request.ts";

/**
 * Returns annotations for the PDP's audit log, by name. It gets the request, whose body is already read, and the claims
 * of the verified token, or `null` without one. If it throws, the request is refused. Policies do not see annotations.
 */
export type Annotate = (
  request: Request,
  claims: KindeClaims | null,
) => { readonly [name: string]: JsonInput } | Promise<{ readonly [name: string]: JsonInput }>;

/** The same question with the server's annotations, which replace the client's of the same name. */
export async function withAnnotations(
  question: PdpQuestion,
  annotate: Annotate | undefined,
  request: Request,
  claims: KindeClaims | null,
): Promise<PdpQuestion> {
  if (!annotate) return question;
  const own: unknown = await annotate(request, claims);
  if (!isFields(own)) throw new Failure("The option annotations must return an object.");
  const { requestContext } = question.about;
  const theirs = isFields(requestContext) ? requestContext["annotations"] : undefined;
  const annotations = { ...(isFields(theirs) && theirs), ...own };
  return { ...question, about: { ...question.about, requestContext: { annotations } } };
}
