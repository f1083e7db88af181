/** A line of a document while it is being typed: its values, and a key that it keeps however it moves. */

import { newKey, type Rec } from "@/api/http";
import type { EntityMeta, FieldMeta } from "@/api/meta";
import { isRef, type Ref } from "@/api/records";
import { isMissing } from "@/kinds/kind";

/** `key` is the client's own and is never sent; a line that the server knows is known by its id. */
export type Line = Record<string, unknown> & { id?: string; key?: string };

/** Drafts come back in a later session, whose own lines must not be called the same. */
const SESSION = newKey().slice(0, 6);
let made = 0;

export function newLine(values: Record<string, unknown> = {}): Line {
  made += 1;
  return { ...values, key: `new-${SESSION}-${String(made)}` };
}

export function keyOf(line: Line): string {
  return line.key ?? line.id ?? "";
}

/** Lines as they come from the server or from a draft: each has a key of its own. */
export function keyed(lines: readonly (Rec | Line)[]): Line[] {
  return lines.map((line) => (line.id ? line : newLine(line)));
}

const ITS_OWN = new Set(["id", "key", "version", "position", "parent"]);

export function isEmptyLine(line: Line): boolean {
  return !line.id && Object.entries(line).every(([name, value]) => ITS_OWN.has(name) || isMissing(value));
}

/** What was typed for a record that isn't known yet: it keeps its words, so that nothing typed is lost. */
export interface UnknownRef extends Ref {
  /** It was looked for and led to none. */
  lost?: boolean;
}

export function unknownRef(words: string): UnknownRef {
  return { id: "", title: words };
}

export function isUnknownRef(value: unknown): value is UnknownRef {
  return isRef(value) && value.id === "";
}

export interface ToSend {
  values: Record<string, unknown>[];
  /** The key of each line that is sent, in its order: empty lines are not sent. */
  keys: string[];
}

/** Write lines as the server takes them: what may be written, references by their id. */
export function toSend(entity: EntityMeta, lines: readonly Line[]): ToSend {
  const writable = entity.fields.filter((one) => one.writable && !ITS_OWN.has(one.name));
  const full = lines.filter((line) => !isEmptyLine(line));
  return {
    keys: full.map(keyOf),
    values: full.map((line) => ({
      ...(line.id ? { id: line.id } : {}),
      ...Object.fromEntries(writable.flatMap((field) => sentField(field, line[field.name]))),
    })),
  };
}

function sentField(field: FieldMeta, value: unknown): [string, unknown][] {
  if (value === undefined || (value === "" && field.kind !== "text" && field.kind !== "long_text")) return [];
  if (isRef(value)) return [[field.name, value.id || null]];
  return [[field.name, value]];
}

/** The server names the line in its sentence; here the row says that, and counts also what wasn't sent. */
const ITS_LINE = /^[^:：]*\d+[^:：]*[:：]\s*/;
const PATH = /^(\w+)[.[](\d+)\]?\.(\w+)$/;

/** Refusals by line and field: a path of the server's counts the lines that were sent, not those that show. */
export function wrongByKey(
  errors: Readonly<Record<string, string>>, keys: readonly string[], name: string,
): Map<string, Record<string, string>> {
  const found = new Map<string, Record<string, string>>();
  for (const [path, sentence] of Object.entries(errors)) {
    const [, of, at, field] = PATH.exec(path) ?? [];
    const key = of === name && at !== undefined ? keys[Number(at)] : undefined;
    if (key !== undefined && field) found.set(key, { ...found.get(key), [field]: sentence.replace(ITS_LINE, "") });
  }
  return found;
}
