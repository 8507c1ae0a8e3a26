/** What the preview's server tells of a `.widget` file. */

export interface Problem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly template_line: number | null;
}

export interface Reading {
  readonly file: string;
  readonly name: string;
  readonly template: string;
  readonly schema: Schema;
  readonly data: Json;
  readonly widget: Json;
  readonly problems: readonly Problem[];
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface Schema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly enum?: readonly Json[];
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
}
