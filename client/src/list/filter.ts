/** Filters as a tree, as the server reads them: groups of conditions, each a field, an operator, a value. */

import type { EntityMeta, FieldKind, FieldMeta } from "@/api/meta";
import { isRef } from "@/api/records";
import type { Speech } from "@/app/speech";
import { KINDS } from "@/kinds";
import { frame } from "@/messages/frame";
import { list as words } from "@/messages/list";

export type Op =
  | "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "between" | "in" | "not_in" | "contains" | "not_contains"
  | "starts_with" | "missing" | "there";

export interface Condition {
  field: string;
  op: Op;
  value?: unknown;
}

export type Tree = { all: Tree[] } | { any: Tree[] } | Condition;

export const isGroup = (tree: Tree): tree is { all: Tree[] } | { any: Tree[] } => "all" in tree || "any" in tree;
export const partsOf = (tree: { all: Tree[] } | { any: Tree[] }): Tree[] => ("all" in tree ? tree.all : tree.any);
export const withParts = (tree: Tree, parts: Tree[]): Tree => ("all" in tree ? { all: parts } : { any: parts });

const TEXTS: readonly Op[] = ["contains", "not_contains", "eq", "ne", "starts_with", "missing", "there"];
const NUMBERS: readonly Op[] = ["eq", "ne", "gt", "ge", "lt", "le", "between", "missing", "there"];
const DAYS: readonly Op[] = ["eq", "between", "ge", "le", "gt", "lt", "missing", "there"];
const CHOICES: readonly Op[] = ["in", "not_in", "missing", "there"];

const OPS: Readonly<Partial<Record<FieldKind, readonly Op[]>>> = {
  text: TEXTS, long_text: ["contains", "not_contains", "missing", "there"], phone: TEXTS, email: TEXTS, url: TEXTS, auto_number: TEXTS,
  number: NUMBERS, money: NUMBERS, quantity: NUMBERS, percent: NUMBERS,
  day: DAYS, instant: DAYS, yes_no: ["eq"], choice: CHOICES, reference: CHOICES,
};

export function opsOf(field: FieldMeta | undefined): readonly Op[] {
  return (field && OPS[field.kind]) ?? [];
}

export const isFilterable = (field: FieldMeta): boolean => opsOf(field).length > 0 && field.name !== "id";

/** A condition to begin with: on the field of that name, else on the first that can be asked; with an operator of its kind. */
export function firstCondition(entity: EntityMeta, name: string): Condition {
  const can = entity.fields.filter(isFilterable);
  const field = can.find((one) => one.name === name) ?? can[0];
  return { field: field?.name ?? name, op: opsOf(field)[0] ?? "there" };
}

/** Read what stands in the address: a tree as JSON; anything else is an expression. */
export function readTree(text: string | undefined): Tree | null {
  if (!text?.startsWith("{")) return null;
  try {
    return JSON.parse(text) as Tree;
  } catch {
    return null;
  }
}

export const isWhole = (tree: Tree): boolean =>
  isGroup(tree)
    ? partsOf(tree).every(isWhole)
    : tree.op === "missing" || tree.op === "there" || (tree.value !== undefined && tree.value !== null && tree.value !== "" && !(Array.isArray(tree.value) && tree.value.length === 0));

/** The tree as it is sent: records by their ids, without what is still being built. */
export function asSent(tree: Tree): Tree | null {
  if (isGroup(tree)) {
    const parts = partsOf(tree).flatMap((one) => asSent(one) ?? []);
    return parts.length === 0 ? null : withParts(tree, parts);
  }
  return isWhole(tree) ? { ...tree, value: plain(tree.value) } : null;
}

function plain(value: unknown): unknown {
  if (isRef(value)) return value.id;
  return Array.isArray(value) ? value.map(plain) : value;
}

/** The field at the end of a path over references, as far as its kinds are known. */
export function fieldAt(entity: EntityMeta, path: string, known: (name: string) => EntityMeta | undefined): FieldMeta | undefined {
  const [first, ...rest] = path.split(".");
  const field = entity.fields.find((one) => one.name === first);
  if (rest.length === 0 || !field?.entity) return rest.length === 0 ? field : undefined;
  const next = known(field.entity);
  return next && fieldAt(next, rest.join("."), known);
}

export function pathLabel(entity: EntityMeta, path: string, known: (name: string) => EntityMeta | undefined): string {
  const [first, ...rest] = path.split(".");
  const field = entity.fields.find((one) => one.name === first);
  const label = field?.label ?? first ?? path;
  const next = field?.entity ? known(field.entity) : undefined;
  return rest.length === 0 ? label : `${label} › ${next ? pathLabel(next, rest.join("."), known) : rest.join(" › ")}`;
}

/** A condition as a person reads it. */
export function written(condition: Condition, field: FieldMeta | undefined, label: string, speech: Speech): string {
  const op = speech.say(words[condition.op]);
  if (condition.op === "missing" || condition.op === "there") return `${label} ${op}`;
  const values = Array.isArray(condition.value) ? condition.value : [condition.value];
  const said = values.map((one) => valueText(one, field, speech));
  const joined = condition.op === "between" ? said.join(" – ") : said.join("、");
  return `${label} ${op} ${joined}`;
}

function valueText(value: unknown, field: FieldMeta | undefined, speech: Speech): string {
  if (value === "me") return speech.say(words.me);
  if (value === "today") return speech.say(frame.today);
  if (typeof value === "object" && value !== null && "today" in value) {
    const days = Number((value as { today: number }).today);
    return speech.say(days < 0 ? words.daysAgo : words.daysAhead, { n: Math.abs(days) });
  }
  return field ? KINDS[field.kind].text(value, field, speech) || String(value) : String(value);
}
