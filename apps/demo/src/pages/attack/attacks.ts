import { type Attack, type AttackGroup } from "./attack.ts";
import { HONEST } from "./honest.ts";
import { LIES_ABOUT_PEOPLE, LIES_ABOUT_THE_QUESTION } from "./lies.ts";
import { TOKEN_ATTACKS } from "./token-attacks.ts";

/** All that can be sent, in the order of the page. */
export const GROUPS: readonly AttackGroup[] = [HONEST, LIES_ABOUT_PEOPLE, TOKEN_ATTACKS, LIES_ABOUT_THE_QUESTION];

/** The same without their groups. */
export const ATTACKS: readonly Attack[] = GROUPS.flatMap(({ attacks }) => attacks);
