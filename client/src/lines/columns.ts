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

/** Which columns of our own lines are seen first; a company's own fields always are, others by choice. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  sales_order_line: ["product", "wording", "quantity", "unit", "unit_price", "discounts", "net", "gross", "reserved", "delivered", "invoiced", "margin"],
  invoice_line: ["product", "wording", "quantity", "unit_price", "discounts", "net", "tax_rate", "tax_amount", "gross"],
  shipment_line: ["product", "details", "quantity", "picked", "cost"],
  goods_receipt_line: ["product", "quantity", "unit_cost", "value"],
  sales_return_line: ["order_line", "product", "quantity", "reason", "cost"],
};
const NARROWEST = 48;

/** Narrower than in a list: many stand side by side, and texts take what is left over. */
const WIDTHS: Partial<Record<FieldMeta["kind"], number>> = { reference: 140, text: 130, money: 96, quantity: 84, number: 84, percent: 72, day: 100 };
const SHORT = 64;
/** Kinds of records that are called by a letter or two. */
const SHORT_TITLES = new Set(["unit", "tax", "currency"]);

function usualWidth({ kind, entity }: FieldMeta): number {
  return kind === "reference" && SHORT_TITLES.has(entity ?? "") ? SHORT : (WIDTHS[kind] ?? KINDS[kind].width);
}

interface Kept {
  hidden?: string[];
  widths?: Record<string, number>;
}

const keptAt = (place: string): string => `dougong.lines.${place}`;

function keptOf(place: string): Kept {
  try {
    return JSON.parse(localStorage.getItem(keptAt(place)) ?? "{}") as Kept;
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
  const place = asked ? `${entity.name}.own` : entity.name;
  const [kept, setKept] = useState(() => keptOf(place));
  const wanted = asked ?? USUAL[entity.name];
  const all = useMemo(() => columnsOf(entity, wanted, readOnly), [entity, wanted, readOnly]);
  const usuallyHidden = useMemo(() => {
    if (wanted) {
      const names = new Set(wanted.map((one) => (typeof one === "string" ? one : typeof one.field === "string" ? one.field : one.field.name)));
      return new Set(all.filter((one) => !one.field.custom && !names.has(one.field.name)).map((one) => one.field.name));
    }
    const computed = all.filter((one) => !one.field.writable);
    return new Set(computed.slice(COMPUTED_AT_FIRST).map((one) => one.field.name));
  }, [all, wanted]);
  const keep = (next: Kept): void => {
    setKept(next);
    localStorage.setItem(keptAt(place), JSON.stringify(next));
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
    widthOf: (column) => kept.widths?.[column.field.name] ?? column.width ?? usualWidth(column.field),
    setWidth: (name, width) => keep({ ...kept, widths: { ...kept.widths, [name]: Math.max(NARROWEST, Math.round(width)) } }),
  };
}
