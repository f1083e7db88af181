/** What each kind of field must have: how it shows, how it is typed, how it is read aloud and sought. */

import type { ComponentType } from "react";
import type { FieldMeta } from "@/api/meta";
import type { Rec } from "@/api/http";
import type { Speech } from "@/app/speech";

export interface ShowProps {
  field: FieldMeta;
  value: unknown;
  /** The record that the field belongs to: its currency, its state. */
  record?: Rec;
}

export interface EditProps extends ShowProps {
  onChange: (value: unknown) => void;
  id?: string;
  disabled?: boolean;
  autoFocus?: boolean;
  invalid?: boolean;
  /** In a cell of a table: no border of its own, small. */
  inCell?: boolean;
}

export interface KindView {
  Show: ComponentType<ShowProps>;
  Edit: ComponentType<EditProps>;
  /** Plain text: for copying, titles, screen readers. */
  text: (value: unknown, field: FieldMeta, speech: Speech, record?: Rec) => string;
  /** Of a column, in pixels. */
  width: number;
  numeric?: boolean;
  /** Takes the form's whole width. */
  wide?: boolean;
  sortable: boolean;
}

export function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
