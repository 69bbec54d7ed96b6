import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";

/** A tab and its content. */
interface Tab {
  readonly name: string;
  readonly show: () => ReactNode;
}

interface TabsProps {
  readonly tabs: readonly Tab[];
  readonly current: string;
  readonly onChange: (name: string) => void;
}

const STEPS: { readonly [key: string]: number } = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };

/** Tabs of the WAI-ARIA pattern: the arrow keys, Home and End select another tab. */
export function Tabs({ tabs, current, onChange }: TabsProps): ReactNode {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const at = Math.max(
    0,
    tabs.findIndex(({ name }) => name === current),
  );
  const shown = tabs[at];
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Number.isFinite(step) ? (at + step + tabs.length) % tabs.length : step < 0 ? 0 : tabs.length - 1;
    onChange(tabs[next]?.name ?? current);
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[next]?.focus();
  };
  return (
    <>
      <div role="tablist" aria-label="kinde-cerbos devtools" ref={list}>
        {tabs.map(({ name }, index) => (
          <button
            key={name}
            role="tab"
            id={`${id}-${index}`}
            aria-selected={name === shown?.name}
            aria-controls={`${id}-panel`}
            tabIndex={name === shown?.name ? 0 : -1}
            onClick={() => onChange(name)}
            onKeyDown={onKeyDown}
          >
            {name}
          </button>
        ))}
      </div>
      <div key={shown?.name} role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${at}`} tabIndex={0}>
        {shown?.show()}
      </div>
    </>
  );
}
