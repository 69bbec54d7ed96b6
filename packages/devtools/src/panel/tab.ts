import { type InspectedProvider } from "@kinde-cerbos/react/internal";
import { type Recorder } from "../record/recorder.ts";

/** Props of each tab of the panel. */
export interface TabProps {
  /** The selected provider. */
  readonly provider: InspectedProvider;
  readonly recorder: Recorder;
  /** The query hash of the selected decision; `null` if none is selected. */
  readonly selected: string | null;
  readonly select: (queryHash: string | null) => void;
}
