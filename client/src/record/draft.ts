/** What is typed and not yet saved: kept on this machine, previewed by the server, sent as changes. */

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Problem, type Rec, type Reason } from "@/api/http";
import type { EntityMeta } from "@/api/meta";
import { useMe } from "@/api/me";
import { preview as previewOf, type Preview } from "@/api/deeds";
import { isRef } from "@/api/records";

export type Values = Record<string, unknown>;

interface Kept {
  values: Values;
  /** The record as it was when typing began, to tell what somebody else changed. */
  before: Values;
  seen?: number;
  at: string;
}

export interface Draft {
  values: Values;
  before: Values;
  seen?: number;
  isChanged: boolean;
  /** When what was taken up from an earlier time had been typed. */
  found: string | null;
  set: (name: string, value: unknown) => void;
  begin: (record: Rec) => void;
  clear: () => void;
  dismiss: () => void;
}

const PAUSE = 350;

/** Keep what is typed about a record, or about a new one (`id` is "new"). */
export function useDraft(entity: string, id: string): Draft {
  const me = useMe();
  const key = `dougong.draft.${me.company?.slug}.${me.person?.id}.${entity}.${id}`;
  const first = useRef<Kept | null>(undefined);
  if (first.current === undefined) first.current = read(key);
  const [values, setValues] = useState<Values>(first.current?.values ?? {});
  const [before, setBefore] = useState<Values>(first.current?.before ?? {});
  const [seen, setSeen] = useState<number | undefined>(first.current?.seen);
  const [found, setFound] = useState<string | null>(first.current?.at ?? null);
  const isChanged = Object.keys(values).length > 0;
  useEffect(() => {
    if (isChanged) localStorage.setItem(key, JSON.stringify({ values, before, seen, at: new Date().toISOString() }));
    else localStorage.removeItem(key);
  }, [key, values, before, seen, isChanged]);
  return {
    values, before, seen, isChanged, found,
    set: useCallback((name, value) => setValues((now) => ({ ...now, [name]: value })), []),
    begin: useCallback((record) => {
      setBefore(record);
      setSeen(record.version);
    }, []),
    clear: useCallback(() => {
      setValues({});
      setFound(null);
    }, []),
    dismiss: useCallback(() => setFound(null), []),
  };
}

function read(key: string): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

/** Write a value as the server takes it: a reference by its id, a new line without one. */
export function asSent(value: unknown): unknown {
  if (isRef(value)) return value.entity ? `${value.entity}:${value.id}` : value.id;
  if (Array.isArray(value)) return value.map((one) => (isLine(one) ? lineAsSent(one) : asSent(one)));
  return value;
}

const isLine = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !isRef(value);

function lineAsSent(line: Values): Values {
  return Object.fromEntries(
    Object.entries(line)
      .filter(([name, value]) => value !== undefined && !name.startsWith("$"))
      .map(([name, value]) => [name, asSent(value)]),
  );
}

export function body(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, asSent(value)]));
}

/** Only what a person may write of a line goes to the server. */
export function linesAsSent(lines: readonly Values[], entity: EntityMeta): Values[] {
  const writable = new Set(entity.fields.filter((one) => one.writable).map((one) => one.name));
  return lines.map((line) =>
    Object.fromEntries(
      Object.entries(line).filter(([name, value]) => value !== undefined && (name === "id" ? isSaved(value) : writable.has(name))),
    ),
  );
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/;
const isSaved = (id: unknown): boolean => typeof id === "string" && UUID.test(id);

/** What the server would make of it; asked after a pause in typing, and the last answer counts. */
export function usePreview(entity: string, id: string | undefined, values: Values, enabled: boolean): Preview | null {
  const [known, setKnown] = useState<Preview | null>(null);
  const text = useMemo(() => JSON.stringify(values), [values]);
  useEffect(() => {
    if (!enabled) {
      setKnown(null);
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      previewOf({ entity, id, operation: id ? "edit" : "create", body: JSON.parse(text) as Values }, stop.signal)
        .then(setKnown)
        .catch((error: unknown) => {
          if (stop.signal.aborted || !(error instanceof Problem)) return;
          setKnown({ possible: false, waits_for: null, obstacles: [...error.reasons], record: null });
        });
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [entity, id, text, enabled]);
  return known;
}

/** The refusals that name a field, by the field. */
export function byField(reasons: readonly Reason[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const one of reasons) if (one.field) found[one.field] ??= one.detail;
  return found;
}
