import { createGateway } from "@kinde-cerbos/server";
import { settings, tokenOf } from "../../../lib/authz.ts";

const gateway = createGateway({ ...settings, tokenOf });

export const POST = (request: Request): Promise<Response> => gateway(request);
