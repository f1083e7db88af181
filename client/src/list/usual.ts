/** How a kind of record is usually listed: which columns first, and which views one finds ready. */

import type { EntityMeta, FieldMeta } from "@/api/meta";
import { KINDS } from "@/kinds";
import { list as words } from "@/messages/list";
import type { Word } from "@/messages/words";
import type { Tree } from "@/list/filter";

export interface View {
  key: string;
  word: Word;
  filter: Tree;
  sort?: string;
}

const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  sales_order: ["number", "customer", "day", "promised", "state", "gross", "margin_rate", "salesperson", "region", "channel"],
  customer: ["name", "number", "grade", "group", "region", "channel", "owner", "phone", "payment_term"],
  product: ["code", "name", "specification", "category", "unit", "list_price", "barcode", "active"],
  shipment: ["number", "customer", "document", "warehouse", "due", "state", "day", "carrier", "tracking_number"],
  invoice: ["number", "customer", "day", "state", "kind", "net", "tax_amount", "gross", "their_number"],
  receivable: ["invoice", "customer", "due", "amount", "open", "day", "is_open"],
  payment: ["number", "customer", "day", "direction", "amount", "unapplied", "state", "remittance"],
  stock_position: ["product", "warehouse", "on_hand", "reserved", "reorder_point", "value"],
  stock_move: ["product", "warehouse", "quantity", "kind", "day", "document", "value"],
  journal_entry: ["number", "day", "wording", "document", "state"],
  supplier: ["name", "number", "phone", "email", "payment_term"],
  person: ["name", "email", "unit", "manager", "active"],
};

const HIDDEN = /^(id|version|created_by|updated_by|updated_at|created_at|normalised_.*)$/;
const SHOWN = 9;

export function isListable(field: FieldMeta): boolean {
  return !HIDDEN.test(field.name) && field.kind !== "lines" && field.kind !== "long_text" && field.kind !== "file";
}

export function usualColumns(entity: EntityMeta): string[] {
  const known = new Set(entity.fields.map((one) => one.name));
  const chosen = (COLUMNS[entity.name] ?? []).filter((one) => known.has(one));
  if (chosen.length > 0) return [...chosen, ...entity.fields.filter((one) => one.custom && isListable(one)).map((one) => one.name)];
  const fields = entity.fields.filter((one) => isListable(one) && !KINDS[one.kind].wide);
  const weight = (one: FieldMeta): number => (one.name === entity.title ? 0 : one.kind === "auto_number" ? 1 : one.name === entity.lifecycle?.field ? 3 : 2);
  return [...fields].sort((one, other) => weight(one) - weight(other)).slice(0, SHOWN).map((one) => one.name);
}

const TODAY = "today";

const VIEWS: Readonly<Record<string, readonly View[]>> = {
  sales_order: [
    { key: "open", word: words.viewOpen, filter: { field: "state", op: "in", value: ["draft", "confirmed"] }, sort: "promised" },
    { key: "mine", word: words.viewMine, filter: { field: "salesperson", op: "eq", value: "me" }, sort: "-day" },
    { key: "draft", word: words.viewDraft, filter: { field: "state", op: "in", value: ["draft"] }, sort: "-day" },
    { key: "late", word: words.viewLate, filter: { all: [{ field: "state", op: "in", value: ["confirmed"] }, { field: "promised", op: "lt", value: TODAY }] }, sort: "promised" },
    { key: "month", word: words.viewThisMonth, filter: { field: "day", op: "ge", value: { today: -30 } }, sort: "-day" },
  ],
  customer: [
    { key: "mine", word: words.viewMine, filter: { field: "owner", op: "eq", value: "me" } },
    { key: "active", word: words.viewActive, filter: { field: "active", op: "eq", value: true } },
  ],
  shipment: [
    { key: "pick", word: words.viewToPick, filter: { field: "state", op: "in", value: ["planned"] }, sort: "due" },
    { key: "ship", word: words.viewToShip, filter: { field: "state", op: "in", value: ["picked", "packed"] }, sort: "due" },
    { key: "late", word: words.viewLate, filter: { all: [{ field: "state", op: "in", value: ["planned", "picked", "packed"] }, { field: "due", op: "lt", value: TODAY }] }, sort: "due" },
  ],
  receivable: [
    { key: "unpaid", word: words.viewUnpaid, filter: { field: "is_open", op: "eq", value: true }, sort: "due" },
    { key: "overdue", word: words.viewOverdue, filter: { all: [{ field: "is_open", op: "eq", value: true }, { field: "due", op: "lt", value: TODAY }] }, sort: "due" },
  ],
  invoice: [{ key: "draft", word: words.viewDraft, filter: { field: "state", op: "in", value: ["draft"] }, sort: "-day" }],
  stock_alert: [{ key: "open", word: words.viewOpen, filter: { field: "state", op: "in", value: ["open"] } }],
  replenishment_proposal: [{ key: "open", word: words.viewOpen, filter: { field: "state", op: "in", value: ["proposed"] } }],
  product: [{ key: "active", word: words.viewActive, filter: { field: "active", op: "eq", value: true }, sort: "code" }],
};

export function usualViews(entity: EntityMeta): View[] {
  const known = new Set(entity.fields.map((one) => one.name));
  const speaks = (tree: Tree): boolean =>
    "all" in tree ? tree.all.every(speaks) : "any" in tree ? tree.any.every(speaks) : known.has(tree.field);
  return (VIEWS[entity.name] ?? []).filter((one) => speaks(one.filter));
}
