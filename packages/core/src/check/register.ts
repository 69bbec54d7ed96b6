import { type JsonInput } from "../base/canonical-json.ts";

/**
 * What your policies and Kinde name. Empty here: the file that `kinde-cerbos typegen` writes adds to it, and from then
 * on a kind, action or attribute that no policy knows does not compile. While it is empty, any text is accepted.
 */
// oxlint-disable-next-line typescript/no-empty-interface, typescript/no-empty-object-type -- others add to it
export interface Register {}

/** The actions of each kind. */
type Actions = Register extends { readonly policies: { readonly actions: infer Named extends { [K in Kind]: string } } }
  ? Named
  : { readonly [kind: string]: string };

/** The attributes of each kind that has a schema. */
type Schemas = Register extends { readonly policies: { readonly attributes: infer Named } } ? Named : unknown;

/** A resource kind of your policies. Any text without a generated {@link Register}. */
export type Kind = Register extends { readonly policies: { readonly kinds: infer Named extends string } }
  ? Named
  : string;

/** An action of a kind, or of any of several. Any text without a generated {@link Register}. */
export type ActionOf<K extends Kind> = Actions[K];

/**
 * An action that each of several kinds has; of all kinds, an action of any. In a generic function, it is the type of
 * an action that is handed on: `(resource: Resource<K>, action: SharedActionOf<K>) => useCan({ action, resource })`.
 */
export type SharedActionOf<K extends Kind> = string extends Kind
  ? string
  : [K] extends [never]
    ? Actions[Kind]
    : [Kind] extends [K]
      ? Actions[Kind]
      : (K extends Kind ? (action: ActionOf<K>) => void : never) extends (action: infer Shared) => void
        ? Shared & ActionOf<K>
        : never;

/**
 * Attributes of a kind, by its JSON Schema: each may be left out, as a check gives only what it knows. Any JSON if the
 * kind has no schema, or without a generated {@link Register}.
 */
export type AttributesOf<K extends Kind> = Known<Described[K]>;

/** What the schema of each kind describes; any JSON if there is none, or it says nothing. */
type Described = {
  readonly [K in Kind]: K extends keyof Schemas
    ? unknown extends Schemas[K]
      ? { readonly [name: string]: unknown }
      : [keyof Schemas[K]] extends [never]
        ? { readonly [name: string]: never }
        : Schemas[K]
    : { readonly [name: string]: unknown };
};

/** Any part of some attributes, and none besides. */
type Known<Schema> = { readonly [Name in keyof Schema]?: Input<Schema[Name]> | undefined };

/** A value as a program may hold it: frozen or not. Most are no objects, and these are found first: it costs least. */
type Input<Value> = [Value] extends [string | number | boolean | null]
  ? Value
  : unknown extends Value
    ? JsonInput
    : Value extends object
      ? { readonly [Name in keyof Value]: Input<Value[Name]> }
      : Value;

/** What Kinde's tokens may have. */
type Kinde = Register extends { readonly kinde: infer Named }
  ? Named
  : { readonly roles: string; readonly permissions: string; readonly flags: { readonly [key: string]: JsonInput } };

/** The key of a role in Kinde. Any text, unless `typegen` was given a `kinde.json`. */
export type KindeRole = Kinde extends { readonly roles: infer Role extends string } ? Role : string;

/** The key of a permission in Kinde. Any text, unless `typegen` was given a `kinde.json`. */
export type KindePermission = Kinde extends { readonly permissions: infer Permission extends string }
  ? Permission
  : string;

/** The feature flags of Kinde, and what their values may be. */
type Flags = Kinde extends { readonly flags: infer Named } ? Named : never;

/** A feature flag of Kinde and the value that it must have. Any, unless `typegen` was given a `kinde.json`. */
export type KindeFlag = {
  readonly [Key in keyof Flags & string]: {
    readonly key: Key;
    /** Compared by value: an object must have the same keys with the same values, `"false"` is not `false`. */
    readonly value: unknown extends Flags[Key] ? JsonInput : Flags[Key];
  };
}[keyof Flags & string];
