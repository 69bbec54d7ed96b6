import { type ReactNode, startTransition, useId, useOptimistic, useState } from "react";

interface ValueFieldProps {
  readonly label: string;
  /** `undefined` if it has no value of its own. */
  readonly value: unknown;
  /** The value that applies without a value of its own, in words. */
  readonly otherwise: string;
  readonly type: "boolean" | "integer" | "string";
  /** Values to propose. */
  readonly known?: readonly string[];
  /** Gets `null` for none. */
  readonly onChange: (value: boolean | number | string | null) => Promise<void>;
}

/** A value that can be left out. A text or a number is saved when the user leaves the field or presses Enter. */
export function ValueField(props: ValueFieldProps): ReactNode {
  return (
    <label className="people-field">
      {props.label}
      {props.type === "boolean" ? <Switch {...props} /> : <Text {...props} />}
    </label>
  );
}

function Switch({ value, otherwise, onChange }: ValueFieldProps): ReactNode {
  const [shown, show] = useOptimistic(writtenOut(value));
  const choose = (text: string): void =>
    startTransition(async () => {
      show(text);
      await onChange(text === "" ? null : text === "true");
    });
  return (
    <select value={shown} onChange={({ target }) => choose(target.value)}>
      <option value="">{otherwise}</option>
      <option value="true">On</option>
      <option value="false">Off</option>
    </select>
  );
}

function Text({ value, otherwise, type, known, onChange }: ValueFieldProps): ReactNode {
  const list = useId();
  const given = writtenOut(value);
  // The typed text is kept until another value arrives from outside, such as after a reset.
  const [draft, setDraft] = useState({ text: given, over: given });
  const take = (text: string): void => {
    if (text !== given) void onChange(text === "" ? null : type === "integer" ? Number(text) : text);
  };
  return (
    <>
      <input
        type={type === "integer" ? "number" : "text"}
        min={0}
        step={1}
        list={known && list}
        value={draft.over === given ? draft.text : given}
        onChange={({ target }) => setDraft({ text: target.value, over: given })}
        placeholder={otherwise}
        onBlur={({ target }) => take(target.value.trim())}
        onKeyDown={({ key, currentTarget }) => key === "Enter" && take(currentTarget.value.trim())}
      />
      {known && (
        <datalist id={list}>
          {known.map((text) => (
            <option key={text}>{text}</option>
          ))}
        </datalist>
      )}
    </>
  );
}

function writtenOut(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
