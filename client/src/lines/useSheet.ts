/** The state of a sheet: where the cursor stands, what is selected, what can be undone. */

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { isUnknownRef, type Line, type UnknownRef } from "@/lines/line";
import type { Lookups } from "@/lines/lookup";
import { between, type Place, type Range, type SheetColumn } from "@/lines/sheet";

const REMEMBERED = 100;

export interface Sheet {
  lines: readonly Line[];
  cursor: Place;
  range: Range;
  /** The row after the last, in which typing makes a new line; -1 where nothing may be typed. */
  ghost: number;
  rows: number;
  /** The lines as they are now, also between two renderings. */
  current: () => readonly Line[];
  place: (to: Place, how?: { extend?: boolean; keepHome?: boolean }) => void;
  select: (range: Range) => void;
  /** Where Enter leads after a run of Tabs. */
  home: () => number;
  change: (next: Line[]) => void;
  undo: () => void;
  redo: () => void;
  canUndo: boolean;
  canRedo: boolean;
}

interface Given {
  lines: readonly Line[];
  onChange: (lines: Line[]) => void;
  columns: readonly SheetColumn[];
  readOnly: boolean;
  lookups: Lookups;
}

const within = (value: number, most: number): number => Math.max(0, Math.min(value, most));

export function useSheet({ lines, onChange, columns, readOnly, lookups }: Given): Sheet {
  const start = Math.max(0, columns.findIndex((one) => one.writable));
  const [cursor, setCursor] = useState<Place>({ row: 0, col: start });
  const [anchor, setAnchor] = useState<Place>({ row: 0, col: start });
  const [, setRemembered] = useState(0);
  const now = useRef(lines);
  now.current = lines;
  const home = useRef(start);
  const past = useRef<(readonly Line[])[]>([]);
  const future = useRef<(readonly Line[])[]>([]);
  const rows = lines.length + (readOnly ? 0 : 1);

  const become = useCallback((next: readonly Line[]) => {
    now.current = next;
    onChange([...next]);
    setRemembered((one) => one + 1);
  }, [onChange]);

  const change = useCallback((next: Line[]) => {
    past.current = [...past.current.slice(1 - REMEMBERED), now.current];
    future.current = [];
    become(next);
  }, [become]);

  const swap = useCallback((from: typeof past, to: typeof past) => {
    const next = from.current.at(-1);
    if (!next) return;
    from.current = from.current.slice(0, -1);
    to.current = [...to.current, now.current];
    become(next);
  }, [become]);

  const place = useCallback<Sheet["place"]>((to, { extend = false, keepHome = false } = {}) => {
    const last = now.current.length - (readOnly ? 1 : 0);
    const there = { row: within(to.row, Math.max(last, 0)), col: within(to.col, columns.length - 1) };
    setCursor(there);
    if (!extend) setAnchor(there);
    if (!keepHome) home.current = there.col;
  }, [columns.length, readOnly]);

  const select = useCallback((range: Range) => {
    setAnchor({ row: range.top, col: range.left });
    setCursor({ row: range.bottom, col: range.right });
  }, []);

  useResolving(now, columns, lookups, become);

  const held = { row: within(cursor.row, Math.max(rows - 1, 0)), col: within(cursor.col, columns.length - 1) };
  return {
    lines, cursor: held, range: between(anchorWithin(anchor, rows), held), rows,
    ghost: readOnly ? -1 : lines.length,
    current: () => now.current,
    place, select, change,
    home: () => home.current,
    undo: () => swap(past, future),
    redo: () => swap(future, past),
    canUndo: past.current.length > 0,
    canRedo: future.current.length > 0,
  };
}

const anchorWithin = (anchor: Place, rows: number): Place => ({ ...anchor, row: within(anchor.row, Math.max(rows - 1, 0)) });

/** What was typed or pasted into references is looked up behind the typist, who goes on meanwhile. */
function useResolving(
  now: { current: readonly Line[] },
  columns: readonly SheetColumn[],
  lookups: Lookups,
  become: (next: readonly Line[]) => void,
): void {
  const answers = useRef(new WeakMap<object, UnknownRef | "asked">());
  const names = useMemo(
    () => columns.filter((one) => one.writable && one.field.name in lookups).map((one) => one.field.name),
    [columns, lookups],
  );
  useEffect(() => {
    const known = answers.current;
    const settle = (): void => {
      let changed = false;
      const next = now.current.map((line) => {
        const found = names.flatMap((name) => {
          const value = line[name];
          const answer = isUnknownRef(value) ? known.get(value) : undefined;
          return typeof answer === "object" ? [[name, answer] as const] : [];
        });
        changed ||= found.length > 0;
        return found.length ? { ...line, ...Object.fromEntries(found) } : line;
      });
      if (changed) become(next);
    };
    for (const name of names) {
      const open = now.current.map((line) => line[name]).filter(isUnknownRef).filter((one) => !one.lost && !known.has(one));
      if (open.length === 0) continue;
      open.forEach((one) => known.set(one, "asked"));
      const lookup = lookups[name];
      void lookup?.resolve(open.map((one) => one.title ?? "")).then(
        (found) => {
          open.forEach((one, at) => known.set(one, found[at] ?? { ...one, lost: true }));
          settle();
        },
        () => open.forEach((one) => known.delete(one)),
      );
    }
    settle();
  });
}
