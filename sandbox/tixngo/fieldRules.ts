/**
 * What one JSON field must look like. Rules nest: an object has fields, a list has items.
 * `required` means that the field must be there, not null and, for a text, not blank.
 * Lengths count characters (Unicode code points).
 */
export type FieldRule = { readonly required?: true } & (
  | TextRule
  | OneOfRule
  | { readonly kind: 'dateTime' }
  | { readonly kind: 'date' }
  | { readonly kind: 'number'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'integer'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'boolean' }
  | ObjectRule
  | ListRule
);

export interface TextRule {
  readonly kind: 'text';
  /** Longest value in characters; without it there is no documented limit. */
  readonly max?: number;
  /** The form every value must have, and how to say it. */
  readonly form?: { readonly pattern: RegExp; readonly says: string };
  /** True where a text may also be sent as an object of language code to text. */
  readonly multilingual?: true;
  /** A further check of the whole value; returns what is wrong, or null. */
  readonly check?: (value: string) => string | null;
}

export interface OneOfRule {
  readonly kind: 'oneOf';
  readonly values: readonly string[];
}

export interface ObjectRule {
  readonly kind: 'object';
  readonly fields: Readonly<Record<string, FieldRule>>;
  /** A further check of an object whose fields are all right; returns where (relative) and what, or null. */
  readonly check?: (value: Readonly<Record<string, unknown>>) => { field: string; says: string } | null;
}

export interface ListRule {
  readonly kind: 'list';
  readonly items: FieldRule;
}
