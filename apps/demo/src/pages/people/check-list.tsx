import { type ReactNode, startTransition, useOptimistic } from "react";

/** Something that can be ticked. */
interface CheckItem {
  readonly key: string;
  readonly name: string;
  readonly isTicked: boolean;
  /** Why it is ticked and cannot be changed here. */
  readonly fixedBy?: string | undefined;
}

interface CheckListProps {
  readonly title: string;
  readonly items: readonly CheckItem[];
  /** Gets the keys that are ticked then, without those that cannot be changed. Until it resolves, they look so. */
  readonly onChange: (keys: readonly string[]) => Promise<void>;
}

/** Any number of a few. */
export function CheckList({ title, items, onChange }: CheckListProps): ReactNode {
  const [shown, show] = useOptimistic(items);
  const tick = (key: string, isTicked: boolean): void =>
    startTransition(async () => {
      const next = shown.map((item) => (item.key === key ? { ...item, isTicked } : item));
      show(next);
      await onChange(next.filter((item) => item.isTicked && item.fixedBy === undefined).map((item) => item.key));
    });
  return (
    <fieldset>
      <legend>{title}</legend>
      {shown.map(({ key, name, isTicked, fixedBy }) => (
        <label key={key} className="people-tick">
          <input
            type="checkbox"
            checked={isTicked}
            disabled={fixedBy !== undefined}
            onChange={({ target }) => tick(key, target.checked)}
          />
          <span>
            {name} {fixedBy !== undefined && <span className="hint">{fixedBy}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
