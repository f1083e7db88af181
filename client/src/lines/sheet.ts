/** What can be done with a sheet of lines: each gives the lines as they are afterwards, and changes none. */

import type { FieldMeta } from "@/api/meta";
import { newLine, type Line } from "@/lines/line";
import { readCell } from "@/lines/reading";

export interface Place {
  row: number;
  col: number;
}

/** From the cell where it began to the one that it reached. */
export interface Range {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export function between(one: Place, other: Place): Range {
  return {
    top: Math.min(one.row, other.row),
    bottom: Math.max(one.row, other.row),
    left: Math.min(one.col, other.col),
    right: Math.max(one.col, other.col),
  };
}

/** A column as it stands in the sheet; without a field it only shows something. */
export interface SheetColumn {
  field: FieldMeta;
  writable: boolean;
}

type Columns = readonly SheetColumn[];
type Lines = readonly Line[];

export function withCell(lines: Lines, at: number, field: string, value: unknown): Line[] {
  const grown = [...lines];
  while (grown.length <= at) grown.push(newLine());
  grown[at] = { ...grown[at], [field]: value };
  return grown;
}

export function cleared(lines: Lines, range: Range, columns: Columns): Line[] {
  const names = columns.slice(range.left, range.right + 1).filter((one) => one.writable).map((one) => one.field.name);
  return lines.map((line, at) =>
    at < range.top || at > range.bottom ? line : { ...line, ...Object.fromEntries(names.map((name) => [name, null])) },
  );
}

/** Paste a table at a place: rows that are missing are made; one cell fills the whole range. */
export function pasted(lines: Lines, range: Range, table: readonly (readonly string[])[], columns: Columns): { lines: Line[]; range: Range } {
  const [height, width] = [table.length, Math.max(...table.map((row) => row.length))];
  const fills = height === 1 && width === 1;
  const bottom = fills ? range.bottom : range.top + height - 1;
  const right = fills ? range.right : Math.min(range.left + width - 1, columns.length - 1);
  const next = [...lines];
  for (let row = range.top; row <= bottom; row += 1) {
    const texts = table[fills ? 0 : row - range.top] ?? [];
    const line: Line = { ...(next[row] ?? newLine()) };
    for (let col = range.left; col <= right; col += 1) {
      const column = columns[col];
      const text = texts[fills ? 0 : col - range.left];
      if (column?.writable && text !== undefined) line[column.field.name] = readCell(column.field, text);
    }
    next[row] = line;
  }
  return { lines: next, range: { top: range.top, left: range.left, bottom, right } };
}

/** Fill from the first row of a range to its last. */
export function filledDown(lines: Lines, range: Range, columns: Columns): Line[] {
  const from = range.top === range.bottom ? range.top - 1 : range.top;
  const source = lines[from];
  if (!source) return [...lines];
  const names = columns.slice(range.left, range.right + 1).filter((one) => one.writable).map((one) => one.field.name);
  const values = Object.fromEntries(names.map((name) => [name, source[name]]));
  return lines.map((line, at) => (at > from && at <= range.bottom ? { ...line, ...values } : line));
}

export function withRow(lines: Lines, at: number, line: Line = newLine()): Line[] {
  return [...lines.slice(0, at), line, ...lines.slice(at)];
}

/** Rows again below themselves, as new ones. */
export function duplicated(lines: Lines, top: number, bottom: number): Line[] {
  const copies = lines.slice(top, bottom + 1).map(({ id: _, version: __, ...values }) => newLine(values));
  return [...lines.slice(0, bottom + 1), ...copies, ...lines.slice(bottom + 1)];
}

export function withoutRows(lines: Lines, top: number, bottom: number): Line[] {
  return lines.filter((_, at) => at < top || at > bottom);
}

/** Rows moved so that the first of them stands before the row that is now at `to`. */
export function moved(lines: Lines, top: number, bottom: number, to: number): Line[] {
  const rows = lines.slice(top, bottom + 1);
  const rest = withoutRows(lines, top, bottom);
  const at = to > bottom ? to - rows.length : Math.min(to, top);
  return [...rest.slice(0, at), ...rows, ...rest.slice(at)];
}
