import { redirect } from "react-router";
import { signOutUrl } from "../../../shared/kinde.ts";
import { keepSession } from "../session.server.ts";

/** Ends the session here, then Kinde's. */
export const action = async (): Promise<Response> => redirect(signOutUrl, { headers: await keepSession(null) });
