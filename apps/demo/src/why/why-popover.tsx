import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { Icon } from "../ui/icon.tsx";
import { placeBeside } from "./place-beside.ts";
import { type Attempt, TryAnyway } from "./try-anyway.tsx";
import { type ExplainedCheck, useWhy } from "./use-why.ts";
import { WhyDetails } from "./why-details.tsx";

interface WhyPopoverProps extends ExplainedCheck {
  readonly id: string;
  readonly label: string;
  /** The element beside which it is shown. */
  readonly anchor: RefObject<HTMLElement | null>;
  /** Whether the focus goes into it. */
  readonly hasFocus: boolean;
  readonly onTry: () => Promise<Attempt>;
  /** Called for Escape and the button that closes it. */
  readonly onClose: () => void;
}

/** The reasons of a decision above all else, beside what they are about; on a phone, at the bottom. */
export function WhyPopover({ id, label, anchor, hasFocus, onTry, onClose, ...check }: WhyPopoverProps): ReactNode {
  const popover = useRef<HTMLDivElement>(null);
  const { data: explanation, isPending } = useWhy(check);
  useLayoutEffect(() => {
    return popover.current && anchor.current ? placeBeside(popover.current, anchor.current) : undefined;
  }, [anchor]);
  useEffect(() => {
    if (hasFocus) popover.current?.focus();
  }, [hasFocus]);
  useEffect(() => {
    // Wherever the focus is: a pointer may be all that keeps it open.
    const listen = ({ key }: KeyboardEvent): void => {
      if (key === "Escape") onClose();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [onClose]);
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a dialog that is a popover loses the focus in Chromium
    <div role="dialog" ref={popover} id={id} popover="manual" aria-label={`Why not ${label}`} tabIndex={-1}>
      <div className="why-head">
        <p className="why-title">Not allowed: {label}</p>
        <button type="button" className="quiet" onClick={onClose}>
          <Icon path="M4 4l8 8M12 4l-8 8" />
          <span className="unseen">Close</span>
        </button>
      </div>

      <div className="why-body" aria-live="polite" aria-busy={isPending}>
        {explanation && <WhyDetails explanation={explanation} />}
        {isPending && <p className="hint">Loading the reasons…</p>}
        {!isPending && !explanation && <p>The reasons could not be loaded. The action stays denied.</p>}
      </div>
      <TryAnyway onTry={onTry} />
    </div>
  );
}
