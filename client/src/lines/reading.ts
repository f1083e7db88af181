/** Reading what is typed or pasted into a cell, and writing it for others: numbers, dates, choices. */

import Decimal from "decimal.js";
import dayjs from "dayjs";
import type { FieldKind, FieldMeta } from "@/api/meta";
import { isRef } from "@/api/records";
import type { Speech } from "@/app/speech";
import type { Rec } from "@/api/http";
import { KINDS } from "@/kinds";
import { isMissing } from "@/kinds/kind";
import { isUnknownRef, unknownRef } from "@/lines/line";
import { lines as words } from "@/messages/lines";

/** How a kind of field is typed in a cell. */
export type Way = "text" | "number" | "percent" | "day" | "choice" | "reference" | "toggle" | "form" | "none";

export const WAYS: Readonly<Record<FieldKind, Way>> = {
  text: "text",
  long_text: "form",
  number: "number",
  money: "number",
  quantity: "number",
  percent: "percent",
  day: "day",
  instant: "form",
  yes_no: "toggle",
  choice: "choice",
  choices: "form",
  reference: "reference",
  reference_any: "form",
  lines: "none",
  file: "form",
  address: "form",
  phone: "text",
  email: "text",
  url: "text",
  tags: "form",
  formula: "none",
  auto_number: "none",
  structure: "form",
};

const SIGNS = /[\s'’_]|¥|\$|€|£|元|CNY|RMB|USD|EUR/gi;
const GROUPED = /^\d{1,3}(,\d{3})+(\.\d*)?$/;
const TEN_THOUSAND = "万";

/** Read a number as people and Excel write it: 1,234.50, ¥12, ４０, (3), 1.2万. Null where it is none. */
export function readNumber(text: string): Decimal | null {
  let plain = text.normalize("NFKC").trim();
  const inBrackets = /^\(.+\)$/.test(plain);
  if (inBrackets) plain = plain.slice(1, -1);
  plain = plain.replace(SIGNS, "").replace("−", "-");
  const many = plain.endsWith(TEN_THOUSAND);
  if (many) plain = plain.slice(0, -1);
  const negative = plain.startsWith("-");
  const bare = plain.replace(/^[+-]/, "");
  const digits = GROUPED.test(bare) ? bare.replaceAll(",", "") : bare;
  if (!/^(\d+\.?\d*|\.\d+)$/.test(digits)) return null;
  const size = new Decimal(digits).times(many ? 10_000 : 1);
  return negative !== inBrackets ? size.negated() : size;
}

function readPercent(text: string): Decimal | null {
  return readNumber(text.normalize("NFKC").replace("%", ""))?.div(100) ?? null;
}

const DAYS: Readonly<Record<string, number>> = { 今天: 0, today: 0, 明天: 1, tomorrow: 1, 后天: 2 };
const FAR = 183;

/** Read a day: 2026/11/28, 2026年11月28日, 20261128, 28/11/2026, 11/28, +3, tomorrow. Null where it is none. */
export function readDay(text: string, today = dayjs()): string | null {
  const plain = text.normalize("NFKC").trim().toLowerCase().replace(/[\sT].*$/i, "");
  const ahead = DAYS[plain] ?? (/^\+\d{1,3}$/.test(plain) ? Number(plain.slice(1)) : undefined);
  if (ahead !== undefined) return today.add(ahead, "day").format("YYYY-MM-DD");
  const packed = /^(\d{4})(\d{2})(\d{2})$/.exec(plain);
  const full = packed ?? /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(plain);
  if (full) return theDay(Number(full[1]), Number(full[2]), Number(full[3]));
  const european = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(plain);
  if (european) {
    const [first, second] = [Number(european[1]), Number(european[2])];
    return second > 12 ? theDay(Number(european[3]), first, second) : theDay(Number(european[3]), second, first);
  }
  const short = /^(\d{1,2})[-/.月](\d{1,2})日?$/.exec(plain);
  if (!short) return null;
  const here = theDay(today.year(), Number(short[1]), Number(short[2]));
  return here && today.diff(here, "day") > FAR ? theDay(today.year() + 1, Number(short[1]), Number(short[2])) : here;
}

function theDay(year: number, month: number, day: number): string | null {
  const text = `${String(year)}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
  const found = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(found.getTime()) && found.toISOString().startsWith(text) ? text : null;
}

const YES = new Set(["是", "yes", "y", "true", "1", "√", "✓"]);
const NO = new Set(["否", "no", "n", "false", "0", "×", "✗"]);

/**
 * Read a cell's words. What can't be read is kept as it was typed and is marked; a reference keeps
 * its words until the record that they mean is found.
 */
export function readCell(field: FieldMeta, text: string): unknown {
  const plain = text.trim();
  if (plain === "") return null;
  switch (WAYS[field.kind]) {
    case "number":
      return readNumber(plain)?.toFixed() ?? plain;
    case "percent":
      return readPercent(plain)?.toFixed() ?? plain;
    case "day":
      return readDay(plain) ?? plain;
    case "choice":
      return optionOf(field, plain) ?? plain;
    case "toggle":
      return YES.has(plain.toLowerCase()) ? true : NO.has(plain.toLowerCase()) ? false : plain;
    case "reference":
      return unknownRef(plain);
    default:
      return text;
  }
}

function optionOf(field: FieldMeta, text: string): string | undefined {
  const sought = text.toLowerCase();
  return field.options?.find((one) => one.value.toLowerCase() === sought || one.label.toLowerCase() === sought)?.value;
}

/** Why a value can't be what its field holds; nothing where it can. */
export function wrongIn(field: FieldMeta, value: unknown, say: Speech["say"]): string | undefined {
  if (isMissing(value)) return undefined;
  const text = String(value);
  switch (WAYS[field.kind]) {
    case "number":
    case "percent":
      return readNumber(text) ? undefined : say(words.notNumber, { text });
    case "day":
      return readDay(text) ? undefined : say(words.notDay, { text });
    case "choice":
      return optionOf(field, text) ? undefined : say(words.notOption, { text });
    case "toggle":
      return typeof value === "boolean" ? undefined : say(words.notOption, { text });
    case "reference":
      return isUnknownRef(value) && value.lost ? say(words.notFound, { text: value.title ?? "" }) : undefined;
    default:
      return undefined;
  }
}

/** A cell's plain words, as it shows. */
export function cellText(field: FieldMeta, value: unknown, speech: Speech, record?: Rec): string {
  if (isMissing(value)) return "";
  if (isUnknownRef(value) || wrongIn(field, value, speech.say)) return isRef(value) ? (value.title ?? "") : String(value);
  return KINDS[field.kind].text(value, field, speech, record);
}

/** A cell as it is changed by hand and as Excel takes it: bare decimals, ISO days. */
export function bareText(field: FieldMeta, value: unknown, speech: Speech): string {
  if (isMissing(value)) return "";
  const text = String(value);
  switch (WAYS[field.kind]) {
    case "number":
      return readNumber(text)?.toFixed() ?? text;
    case "percent":
      return wrongIn(field, value, speech.say) ? text : `${new Decimal(text).times(100).toFixed()}%`;
    case "day":
      return text;
    default:
      return cellText(field, value, speech).replace(/[\t\r\n]+/g, " ");
  }
}

/** Split what Excel or a table in a page puts on the clipboard; a quoted cell may hold line breaks. */
export function readTable(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = "";
  let quoted = false;
  const end = (): void => {
    rows.at(-1)?.push(cell);
    cell = "";
  };
  const plain = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let at = 0; at < plain.length; at += 1) {
    const letter = plain[at] ?? "";
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (plain[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (letter === '"' && cell === "" && closes(plain, at)) quoted = true;
    else if (letter === "\t") end();
    else if (letter === "\n") {
      end();
      rows.push([]);
    } else cell += letter;
  }
  end();
  return rows;
}

/** Whether a quote that opens a cell is also the one that ends it: 1" bolt is no quoted cell. */
function closes(text: string, from: number): boolean {
  const end = /"(?=[\t\n]|$)/.exec(text.slice(from + 1).replaceAll('""', "  "));
  return end !== null;
}

export function writeTable(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map((cell) => (/["\t\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join("\t")).join("\r\n");
}
