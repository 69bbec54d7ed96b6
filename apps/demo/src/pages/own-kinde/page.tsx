import { type ReactNode } from "react";
import { Doctor } from "./doctor.tsx";
import { Instructions } from "./instructions.tsx";
import { SetUpTable } from "./set-up-table.tsx";
import { TokenChecklist } from "./token-checklist.tsx";
import "./own-kinde.css";

/** What is set, whether it works, and how to set it. Also for whoever cannot sign in yet. */
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
