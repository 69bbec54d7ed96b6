import { type ReactNode } from "react";
import { Doctor } from "./doctor.tsx";
import { Instructions } from "./instructions.tsx";
import { SetUpTable } from "./set-up-table.tsx";
import { TokenChecklist } from "./token-checklist.tsx";
import "./own-kinde.css";

/** The settings, whether they work, and how to change them. Also for users who cannot sign in yet. */
export function Page(): ReactNode {
  return (
    <div className="own-kinde">
      <SetUpTable />
      <Doctor />
      <TokenChecklist />
      <Instructions />
    </div>
  );
}
