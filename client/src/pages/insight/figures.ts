/** Figures and what they are of: written for the reader, and as a condition on the records behind them. */

import type { Measure, Row } from "@/api/insight";
import { isRef } from "@/api/records";
import type { Speech } from "@/app/speech";
import { insight as words } from "@/messages/insight";

/** What the whole dashboard is narrowed to. */
export interface Only {
  by: string;
  label: string;
  condition: string;
}

export function write(value: string | undefined, measure: Measure | undefined, speech: Speech): string {
  if (value === undefined || !measure) return "—";
  if (measure.written === "percent") return speech.percent(value, 1);
  if (measure.written === "count") return speech.number(value, { most: 0 });
  return speech.money(value);
}

export function conditionOf(by: string, row: Row): string | null {
  if (isRef(row.key)) return `${by} == "${row.key.id}"`;
  if (typeof row.key === "string") return `${by} == ${JSON.stringify(row.key)}`;
  return row.key === null ? `missing(${by})` : null;
}

export function nameOf(row: Row, speech: Speech): string {
  if (isRef(row.key)) return row.key.title ?? "…";
  return row.key === null ? speech.say(words.noDimension) : String(row.key);
}

/** Both conditions, where there are two. */
export const both = (one: string | undefined, other: string): string => (one ? `${one} and (${other})` : other);
