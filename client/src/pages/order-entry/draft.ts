/** An order while it is being typed; it lies in the browser, so that it survives a closed tab. */

import type { Rec } from "@/api/http";
import type { EntityMeta } from "@/api/meta";
import { isRef, type Ref } from "@/api/records";
import { isMissing } from "@/kinds/kind";
import { isEmptyLine, keyed, newLine, toSend, type Line, type ToSend } from "@/lines/line";
import { wrongIn } from "@/lines/reading";

export interface Draft {
  customer: Ref | null;
  /** The order's other fields, as far as somebody set them. */
  header: Record<string, unknown>;
  lines: Line[];
  /** Once it is saved. */
  id?: string;
  version?: number;
  number?: string;
}

export const EMPTY: Draft = { customer: null, header: {}, lines: [] };

export function isEmpty(draft: Draft): boolean {
  return !draft.customer && draft.lines.every(isEmptyLine) && Object.keys(draft.header).length === 0;
}

const keptAt = (who: string, of: string): string => `dougong.order-entry.${who}.${of}`;

export function keptDraft(who: string, of: string): Draft | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(keptAt(who, of)) ?? "null") as Draft | null;
    return kept ? { ...kept, lines: keyed(kept.lines) } : undefined;
  } catch {
    return undefined;
  }
}

export function keepDraft(who: string, of: string, draft: Draft | undefined): void {
  if (!draft || isEmpty(draft)) localStorage.removeItem(keptAt(who, of));
  else localStorage.setItem(keptAt(who, of), JSON.stringify(draft));
}

/** A saved draft, to go on with. */
export function draftOf(record: Rec, meta: EntityMeta): Draft {
  const writable = meta.fields.filter((one) => one.writable && !["customer", "lines"].includes(one.name));
  return {
    customer: isRef(record["customer"]) ? record["customer"] : null,
    header: Object.fromEntries(writable.map((one) => [one.name, record[one.name]])),
    lines: keyed((record["lines"] ?? []) as Rec[]),
    id: record.id,
    version: record.version,
    number: String(record["number"] ?? ""),
  };
}

/** The lines of an order, to be ordered again: prices are found anew. */
export function repeated(lines: readonly Rec[]): Line[] {
  return lines.map((one) =>
    newLine(
      isRef(one["product"])
        ? { product: one["product"], quantity: one["quantity"], unit: one["unit"] }
        : { wording: one["wording"], quantity: one["quantity"], unit_price: one["unit_price"], tax: one["tax"] },
    ),
  );
}

/** Whether a line says enough for the server to make something of it. */
function isSaid(line: Line): boolean {
  return isRef(line["product"]) ? line["product"].id !== "" : !isMissing(line["wording"]) && !isMissing(line["unit_price"]);
}

const NOTHING = (): string => "";

/** What is sent to be looked at: without what can't be read yet, so that the rest is computed meanwhile. */
export function toLookAt(draft: Draft, lines: EntityMeta): { body: Record<string, unknown>; sent: ToSend } {
  const plain = draft.lines.filter((one) => !isEmptyLine(one) && isSaid(one)).map((line) => {
    const readable = lines.fields.filter((field) => !wrongIn(field, line[field.name], NOTHING as never) && !isWrong(field.kind, line[field.name]));
    return Object.assign(
      Object.fromEntries(readable.map((field) => [field.name, line[field.name]])),
      { id: line.id, key: line.key },
    ) as Line;
  });
  const sent = toSend(lines, plain);
  const values = sent.values.map((one) => ({ ...one, quantity: isMissing(one["quantity"]) ? "0" : one["quantity"] }));
  return { body: { ...bodyOf(draft), lines: values }, sent };
}

const isWrong = (kind: string, value: unknown): boolean =>
  ["number", "money", "quantity", "percent"].includes(kind) && typeof value === "string" && value !== "" && !/^-?\d+(\.\d+)?$/.test(value);

/** What is sent to be saved: all of it. */
export function toSave(draft: Draft, lines: EntityMeta): { body: Record<string, unknown>; sent: ToSend } {
  const sent = toSend(lines, draft.lines);
  return { body: { ...bodyOf(draft), lines: sent.values }, sent };
}

function bodyOf(draft: Draft): Record<string, unknown> {
  const header = Object.entries(draft.header).map(([name, value]) => [name, isRef(value) ? value.id : value]);
  return {
    ...(draft.id ? {} : { customer: draft.customer?.id }),
    ...Object.fromEntries(header.filter(([name, value]) => value !== undefined && !(draft.id && ONCE.has(String(name))))),
  };
}

const ONCE = new Set(["customer", "currency"]);
