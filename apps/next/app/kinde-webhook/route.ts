import { createKindeWebhook } from "@kinde-cerbos/server";
import { events } from "../../lib/events.ts";

/** Kinde tells here whose rights have changed. */
export const POST = createKindeWebhook({ issuer: process.env.KINDE_ISSUER_URL ?? "", events });
