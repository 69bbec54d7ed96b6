import { GRPC } from "@cerbos/grpc";
import { HTTP } from "@cerbos/http";
import {
  AuthzError,
  createAuthorizer,
  type Decision,
  type PdpPlanRequest,
  type PdpRequest,
  type PolicyDecisionPoint,
  type Session,
} from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";

/** Every client that the contract is for. */
export const CLIENT_NAMES = ["@cerbos/http", "@cerbos/grpc", "createFetchPdp"] as const;
type ClientName = (typeof CLIENT_NAMES)[number];

/** The clients of one PDP. */
export interface PdpClients {
  readonly names: readonly ClientName[];
  named(name: ClientName): Required<PolicyDecisionPoint>;
  close(): void;
}

/** Connects the clients to the two ports of one PDP, or of what stands in its place. */
export function connect({ port, grpcPort }: { port: number; grpcPort: number }): PdpClients {
  const url = `http://127.0.0.1:${port}`;
  const grpc = new GRPC(`127.0.0.1:${grpcPort}`, { tls: false });
  const clients = { "@cerbos/http": new HTTP(url), "@cerbos/grpc": grpc, createFetchPdp: createFetchPdp(url) };
  return { names: CLIENT_NAMES, named: (name) => clients[name], close: () => grpc.close() };
}

/**
 * The code and message of the error that core makes of a request as it stands, with
 * nothing of ours between it and the client: the check that is asked is not sent.
 */
export async function refusalOf(
  pdp: Required<PolicyDecisionPoint>,
  session: Session,
  request: PdpRequest | PdpPlanRequest,
): Promise<{ code: string; message: string }> {
  const sender: PolicyDecisionPoint = {
    checkResources: (_, options) =>
      "resources" in request ? pdp.checkResources(request, options) : pdp.planResources(request, options),
  };
  return failureOf(createAuthorizer({ pdp: sender, session }).check({ action: "view", resource: "document" }));
}

/** The code and message of the AuthzError that this fails with. */
export async function failureOf(asked: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await asked;
  } catch (error) {
    if (error instanceof AuthzError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("It was answered.");
}

/** A decision without what differs from call to call: the call's id. */
export function comparable({ callId, ...decision }: Decision): object {
  return { ...decision, hasCallId: /^[0-9A-Z]{26}$/.test(callId) };
}

/** A node of a plan's condition, as Cerbos' clients give it. */
export type PlanNode = { operator: string; operands: PlanNode[] } | { name: string } | { value: unknown };

/** A condition as the PDP writes it in `conditionString`. */
export function textOf(node: PlanNode): string {
  if ("operator" in node) return `(${[node.operator, ...node.operands.map(textOf)].join(" ")})`;
  return "name" in node ? node.name : JSON.stringify(node.value);
}

/** The same condition in one form: the PDP orders, groups and repeats operands of `and` and `or` as it comes. */
export function unordered(node: PlanNode): PlanNode {
  if (!("operator" in node)) return node;
  const { operator } = node;
  const operands = node.operands.map(unordered);
  if (operator !== "and" && operator !== "or") return { operator, operands };
  const flat = operands.flatMap((operand) =>
    "operator" in operand && operand.operator === operator ? operand.operands : [operand],
  );
  const distinct = new Map(flat.map((operand) => [textOf(operand), operand]));
  return { operator, operands: [...distinct].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, operand]) => operand) };
}
