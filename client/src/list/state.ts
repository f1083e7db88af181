/** What a list shows, as its address says it: shareable, and there again after going back. */

import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";

export interface ListState {
  q?: string;
  /** An expression, or the builder's tree as JSON. */
  filter?: string;
  /** Fields separated by commas; a minus means the largest first. */
  sort?: string;
  columns?: string;
  group?: string;
  mode?: "board";
  /** The key of the view that this began with. */
  view?: string;
}

export function useListState(): [ListState, (change: Partial<ListState>) => void] {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const state = useMemo<ListState>(() => {
    const text = (name: string): string | undefined => {
      const value = search[name];
      if (value === undefined) return undefined;
      return typeof value === "string" ? value : typeof value === "object" ? JSON.stringify(value) : String(value);
    };
    return {
      q: text("q"), filter: text("filter"), sort: text("sort"), columns: text("columns"), group: text("group"),
      view: text("view"), mode: search["mode"] === "board" ? "board" : undefined,
    };
  }, [search]);
  const change = useCallback(
    (next: Partial<ListState>) =>
      void navigate({
        to: ".", replace: true,
        search: ((before: Record<string, unknown>) =>
          Object.fromEntries(Object.entries({ ...before, ...next }).filter(([, value]) => value !== undefined && value !== ""))) as never,
      }),
    [navigate],
  );
  return [state, change];
}

export type Sorted = readonly { field: string; down: boolean }[];

export function readSort(text: string | undefined): Sorted {
  return (text ?? "").split(",").filter(Boolean).map((one) => ({ field: one.replace(/^-/, ""), down: one.startsWith("-") }));
}

export function writeSort(sorted: Sorted): string {
  return sorted.map((one) => `${one.down ? "-" : ""}${one.field}`).join(",");
}

/** Pressing a column's head: up, down, not at all; with Shift beside the others. */
export function pressed(sorted: Sorted, field: string, beside: boolean): Sorted {
  const now = sorted.find((one) => one.field === field);
  const next = !now ? [{ field, down: false }] : now.down ? [] : [{ field, down: true }];
  if (!beside) return next;
  if (!now) return [...sorted, ...next];
  return sorted.flatMap((one) => (one.field === field ? next : [one]));
}
