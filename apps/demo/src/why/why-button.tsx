import { type FocusEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { type Attempt } from "./try-anyway.tsx";
import { type ExplainedCheck } from "./use-why.ts";
import { WhyPopover } from "./why-popover.tsx";

/** How long a pointer or the focus has to stay until the reasons are shown, or be away until they go, in ms. */
const DELAY_MS = 200;

interface WhyButtonProps extends ExplainedCheck {
  /** The denied action, in words: `publish “Budget”`. */
  readonly label: string;
  /** Sends the request to the API that the missing button would have sent. */
  readonly onTry: () => Promise<Attempt>;
  /** The content of the button. Default: a dash. */
  readonly children?: ReactNode;
}

/** Stands where an action is denied. It shows why: while it is pointed at or has the focus, and when it is pressed. */
export function WhyButton({ label, children = "–", ...rest }: WhyButtonProps): ReactNode {
  const id = useId();
  const around = useRef<HTMLSpanElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [shown, setShown] = useState<"no" | "beside" | "entered">("no");
  useEffect(() => () => clearTimeout(timer.current), []);

  const later = (next: "no" | "beside"): void => {
    clearTimeout(timer.current);
    // Reasons that the user opened on purpose stay until the user leaves them.
    timer.current = setTimeout(() => setShown((now) => (now === "entered" ? now : next)), DELAY_MS);
  };
  const close = (): void => {
    clearTimeout(timer.current);
    setShown("no");
  };
  const press = (): void => {
    clearTimeout(timer.current);
    setShown(shown === "entered" ? "no" : "entered");
  };
  const leave = ({ relatedTarget }: FocusEvent): void => {
    if (!around.current?.contains(relatedTarget)) close();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the button in it does the same by keyboard
    <span
      className="why"
      ref={around}
      onPointerEnter={({ pointerType }) => pointerType === "mouse" && later("beside")}
      onPointerLeave={({ pointerType }) => pointerType === "mouse" && later("no")}
      onFocus={() => shown === "no" && later("beside")}
      onBlur={leave}
    >
      <button
        ref={button}
        type="button"
        className="why-button"
        data-answer="denied"
        aria-label={`Not allowed: ${label}. Why?`}
        aria-expanded={shown !== "no"}
        aria-controls={shown === "no" ? undefined : id}
        onClick={press}
      >
        {children}
      </button>
      {shown !== "no" && (
        <WhyPopover
          {...rest}
          id={id}
          label={label}
          anchor={button}
          hasFocus={shown === "entered"}
          onClose={() => {
            button.current?.focus();
            close();
          }}
        />
      )}
    </span>
  );
}
