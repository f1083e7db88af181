/** Which field stands where on a record's page: what it is about first, what the house keeps last. */

import type { EntityMeta, FieldMeta } from "@/api/meta";
import { KINDS } from "@/kinds";

const NEVER = new Set(["id", "version", "parent", "position"]);
export const HOUSE = /^(version$|created_|updated_|normalised_|rate$|bounds$|signature$|hash$)/;

/** A reference to a line, or to what has no name here, says nothing to a person. */
export function isNameless(field: FieldMeta): boolean {
  return field.kind === "reference" && (!field.entity || field.entity.endsWith("_line"));
}

export interface Layout {
  /** Short fields, in the catalogue's order. */
  main: FieldMeta[];
  /** Fields that take the whole width. */
  wide: FieldMeta[];
  lines: FieldMeta[];
  /** What the house keeps for itself. */
  technical: FieldMeta[];
}

export function layoutOf(entity: EntityMeta): Layout {
  const layout: Layout = { main: [], wide: [], lines: [], technical: [] };
  for (const field of entity.fields) {
    if (NEVER.has(field.name) || field.name === entity.lifecycle?.field || (isNameless(field) && !field.writable)) continue;
    if (field.kind === "lines") layout.lines.push(field);
    else if (HOUSE.test(field.name)) layout.technical.push(field);
    else if (KINDS[field.kind].wide) layout.wide.push(field);
    else layout.main.push(field);
  }
  return layout;
}

/** Whether a person may type into a field of a record: a new one, or one that is there. */
export function isTyped(field: FieldMeta, isNew: boolean): boolean {
  return field.writable && (isNew || !field.once);
}
