import { type JsonInput } from "../base/canonical-json.ts";

/**
 * The names in your policies and in Kinde. It is empty here: the file that `kinde-cerbos typegen` writes extends it,
 * and from then on an unknown kind, action or attribute is a compile error. While it is empty, any string is accepted.
 */
// oxlint-disable-next-line typescript/no-empty-interface, typescript/no-empty-object-type -- others add to it
export interface Register {}

/** The actions of each kind. */
type Actions = Register extends { readonly policies: { readonly actions: infer Named extends { [K in Kind]: string } } }
  ? Named
  : { readonly [kind: string]: string };

/** The attributes of each kind that has a schema. */
type Schemas = Register extends { readonly policies: { readonly attributes: infer Named } } ? Named : unknown;

/** A resource kind of your policies. Any string without a generated {@link Register}. */
export type Kind = Register extends { readonly policies: { readonly kinds: infer Named extends string } }
  ? Named
  : string;

/** An action of a kind, or of any of several kinds. Any string without a generated {@link Register}. */
export type ActionOf<K extends Kind> = Actions[K];

/**
 * An action that each of several kinds has. Use it in generic functions that pass an action on: `(resource:
 * Resource<K>, action: SharedActionOf<K>) => useCan({ action, resource })`. If `K` is `Kind`, it is an action of any
 * kind.
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
 * The attributes of a kind, from its JSON Schema. All are optional, because a check has only the attributes that its
 * caller knows. Any JSON if the kind has no schema, or without a generated {@link Register}.
 */
export type AttributesOf<K extends Kind> = Known<Described[K]>;

/** The attributes that each kind's schema describes; any JSON if there is no schema or it describes none. */
type Described = {
  readonly [K in Kind]: K extends keyof Schemas
    ? unknown extends Schemas[K]
      ? { readonly [name: string]: unknown }
      : [keyof Schemas[K]] extends [never]
        ? { readonly [name: string]: never }
        : Schemas[K]
    : { readonly [name: string]: unknown };
};

/** Some of these attributes, and no others. */
type Known<Schema> = { readonly [Name in keyof Schema]?: Input<Schema[Name]> | undefined };

/** A value as a program has it: frozen or not. Most are not objects and are tested first, which is fastest. */
type Input<Value> = [Value] extends [string | number | boolean | null]
  ? Value
  : unknown extends Value
    ? JsonInput
    : Value extends object
      ? { readonly [Name in keyof Value]: Input<Value[Name]> }
      : Value;

/** The names in Kinde's tokens. */
type Kinde = Register extends { readonly kinde: infer Named }
  ? Named
  : { readonly roles: string; readonly permissions: string; readonly flags: { readonly [key: string]: JsonInput } };

/** The key of a role in Kinde. Any string, unless `typegen` was given a `kinde.json`. */
export type KindeRole = Kinde extends { readonly roles: infer Role extends string } ? Role : string;

/** The key of a permission in Kinde. Any string, unless `typegen` was given a `kinde.json`. */
export type KindePermission = Kinde extends { readonly permissions: infer Permission extends string }
  ? Permission
  : string;

/** The feature flags in Kinde with the types of their values. */
type Flags = Kinde extends { readonly flags: infer Named } ? Named : never;

/** A feature flag in Kinde and the value that it must have. Any, unless `typegen` was given a `kinde.json`. */
export type KindeFlag = {
  readonly [Key in keyof Flags & string]: {
    readonly key: Key;
    /** The value, compared by content: an object must have the same keys and values, and `"false"` is not `false`. */
    readonly value: unknown extends Flags[Key] ? JsonInput : Flags[Key];
  };
}[keyof Flags & string];
