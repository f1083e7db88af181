/** Which columns a sheet has: those asked for, else what may be written and the first of what is computed. */

import { useMemo, useState, type ReactNode } from "react";
import type { Rec } from "@/api/http";
import type { EntityMeta, FieldMeta } from "@/api/meta";
import { KINDS } from "@/kinds";
import type { Line } from "@/lines/line";
import type { SheetColumn } from "@/lines/sheet";
import { isNameless } from "@/record/layout";

export interface LineColumn extends SheetColumn {
  width?: number;
  /** Shows more than the plain value. */
  show?: (line: Line, computed: Rec | undefined) => ReactNode;
}

/** A field of the lines by its name, or a column that the page adds. */
export type AskedColumn = string | (Omit<LineColumn, "field" | "writable"> & { field: string | FieldMeta; writable?: boolean });

const NEVER = new Set(["id", "version", "position", "parent", "created_at", "created_by", "updated_at", "updated_by"]);
const COMPUTED_AT_FIRST = 6;
const NARROWEST = 48;

interface Kept {
  hidden?: string[];
  widths?: Record<string, number>;
}

const keptAt = (entity: string): string => `dougong.lines.${entity}`;

function keptOf(entity: string): Kept {
  try {
    return JSON.parse(localStorage.getItem(keptAt(entity)) ?? "{}") as Kept;
  } catch {
    return {};
  }
}

export interface Columns {
  shown: LineColumn[];
  all: LineColumn[];
  isHidden: (name: string) => boolean;
  toggle: (name: string) => void;
  widthOf: (column: LineColumn) => number;
  setWidth: (name: string, width: number) => void;
}

function columnsOf(entity: EntityMeta, asked: readonly AskedColumn[] | undefined, readOnly: boolean): LineColumn[] {
  const fields = entity.fields.filter((one) => !NEVER.has(one.name) && one.kind !== "lines" && !(isNameless(one) && !one.writable));
  const of = (one: AskedColumn): LineColumn[] => {
    const given = typeof one === "string" ? { field: one } : one;
    const field = typeof given.field === "string" ? fields.find((each) => each.name === given.field) : given.field;
    if (!field) return [];
    return [{ ...given, field, writable: !readOnly && field.writable && (given.writable ?? true) }];
  };
  if (!asked) return fields.map((field) => ({ field, writable: !readOnly && field.writable }));
  const named = asked.flatMap(of);
  const names = new Set(named.map((one) => one.field.name));
  return [...named, ...fields.filter((one) => !names.has(one.name)).map((field) => ({ field, writable: !readOnly && field.writable }))];
}

export function useColumns(entity: EntityMeta, asked: readonly AskedColumn[] | undefined, readOnly: boolean): Columns {
  const [kept, setKept] = useState(() => keptOf(entity.name));
  const all = useMemo(() => columnsOf(entity, asked, readOnly), [entity, asked, readOnly]);
  const usuallyHidden = useMemo(() => {
    if (asked) {
      const names = new Set(asked.map((one) => (typeof one === "string" ? one : typeof one.field === "string" ? one.field : one.field.name)));
      return new Set(all.map((one) => one.field.name).filter((name) => !names.has(name)));
    }
    const computed = all.filter((one) => !one.field.writable);
    return new Set(computed.slice(COMPUTED_AT_FIRST).map((one) => one.field.name));
  }, [all, asked]);
  const keep = (next: Kept): void => {
    setKept(next);
    localStorage.setItem(keptAt(entity.name), JSON.stringify(next));
  };
  const hidden = useMemo(() => new Set(kept.hidden ?? usuallyHidden), [kept.hidden, usuallyHidden]);
  const shown = useMemo(() => all.filter((one) => !hidden.has(one.field.name)), [all, hidden]);
  return {
    all, shown,
    isHidden: (name) => hidden.has(name),
    toggle: (name) => {
      const next = new Set(hidden);
      if (!next.delete(name)) next.add(name);
      keep({ ...kept, hidden: [...next] });
    },
    widthOf: (column) => kept.widths?.[column.field.name] ?? column.width ?? KINDS[column.field.kind].width,
    setWidth: (name, width) => keep({ ...kept, widths: { ...kept.widths, [name]: Math.max(NARROWEST, Math.round(width)) } }),
  };
}
