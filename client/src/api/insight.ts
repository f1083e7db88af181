/** Asking questions of measures; what an answer sums is asked anew as soon as something of it happens. */

import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { call, fetchFile, get } from "@/api/http";
import { useHappened, type Happened } from "@/api/live";
import type { Ref } from "@/api/records";
import { useSettings } from "@/app/settings";

export interface Measure {
  name: string;
  label: string;
  written: "money" | "percent" | "count";
  /** The kinds of records that it sums: when one of them changes, so may it. */
  entities: string[];
  formula: string;
  by: { name: string; label: string }[];
}

export interface Asked {
  measures: readonly string[];
  by?: string;
  grain?: "day" | "week" | "month" | "quarter" | "year";
  since?: string;
  until?: string;
  filter?: string;
  compare?: "" | "year" | "period";
  limit?: number;
}

export interface Row {
  key: string | boolean | Ref | null;
  now: Record<string, string>;
  before: Record<string, string> | null;
}

export interface Answer {
  rows: Row[];
  total: Row;
  /** What the rows that were left out come to together. */
  others: Row | null;
  /** By plain measure: the filter under which its records are listed. */
  conditions: Record<string, string>;
  as_of: { place: number; at: string };
}

export function useMeasures() {
  const { language } = useSettings();
  return useQuery({
    queryKey: ["measures", language],
    queryFn: async ({ signal }) => (await get<{ measures: Measure[] }>("/insight/catalogue", {}, signal)).measures,
    staleTime: 10 * 60_000,
  });
}

export function useAnswer(asked: Asked, enabled = true) {
  const { language } = useSettings();
  return useQuery({
    queryKey: ["insight", asked, language],
    queryFn: async ({ signal }) => (await call<Answer>("POST", "/insight/ask", { body: asked, signal })).value,
    placeholderData: keepPreviousData,
    enabled: enabled && asked.measures.length > 0,
  });
}

/** The sheet of an answer, whose whole is the screen's. */
export const fetchSheet = (asked: Asked): Promise<File> => fetchFile("/insight/export", asked);

/** Have every answer asked anew when something that a measure sums has happened. */
export function useLiveAnswers(measures: readonly Measure[]): void {
  const queries = useQueryClient();
  const hear = useCallback(
    (batch: Happened[]) => {
      const counted = new Set(measures.flatMap((one) => one.entities));
      const touched = batch.some((one) => counted.has(one.entity) || MOVES.has(one.entity));
      if (touched) void queries.invalidateQueries({ queryKey: ["insight"] });
    },
    [measures, queries],
  );
  useHappened(hear);
}

/** Documents whose events write what the measures sum. */
const MOVES: ReadonlySet<string> = new Set(["sales_order", "shipment", "invoice", "payment", "sales_return", "goods_receipt"]);
