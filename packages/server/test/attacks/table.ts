// All attacks. Their names say what is sent; `way` says to whom.
import { type Attack } from "./attack.ts";
import { bodyAttacks } from "./bodies.ts";
import { claimAttacks } from "./claims.ts";
import { httpAttacks } from "./http-shapes.ts";
import { keyAttacks } from "./issuer-keys.ts";
import { lieAttacks } from "./lies.ts";
import { pressureAttacks } from "./pressure.ts";
import { signatureAttacks } from "./signatures.ts";

export const attacks: readonly Attack[] = [
  ...signatureAttacks,
  ...claimAttacks,
  ...lieAttacks,
  ...bodyAttacks,
  ...httpAttacks,
  ...pressureAttacks,
  // Last: the PDPs' keys change at its end.
  ...keyAttacks,
];
