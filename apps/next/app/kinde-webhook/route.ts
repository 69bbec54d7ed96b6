import { createKindeWebhook } from "@kinde-cerbos/server";
import { events } from "../../lib/events.ts";

/** Receives Kinde's webhooks about users whose rights changed. */
export const POST = createKindeWebhook({ issuer: process.env.KINDE_ISSUER_URL ?? "", events });
