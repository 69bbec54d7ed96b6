import { type InspectedProvider } from "@kinde-cerbos/react/internal";
import { type Recorder } from "../record/recorder.ts";

/** What each tab of the panel gets. */
export interface TabProps {
  /** The provider that the panel is about. */
  readonly provider: InspectedProvider;
  readonly recorder: Recorder;
  /** The query hash of the decision that is selected, in the tab or on the page. */
  readonly selected: string | null;
  readonly select: (queryHash: string | null) => void;
}
