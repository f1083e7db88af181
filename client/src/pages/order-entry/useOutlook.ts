/** What the server makes of the order while it is typed: one question for all lines, never in the way. */

import { useEffect, useMemo, useRef, useState } from "react";
import { call, Problem, type Reason, type Rec } from "@/api/http";
import type { EntityMeta } from "@/api/meta";
import { toLookAt, type Draft } from "@/pages/order-entry/draft";

export interface StockOutlook {
  free: string;
  short: string;
  promise: string | null;
  late: boolean;
}

export interface PriceOutlook {
  price_list: string | null;
  audience: "customer" | "group" | "channel" | "region" | "everyone" | null;
  from_quantity: string;
  valid_to: string | null;
  next_quantity: string | null;
  next_price: string | null;
}

export interface CreditUse {
  limit: string | null;
  used: string;
  room: string | null;
  expires: string | null;
  exposure: { on_order: string; delivered_not_invoiced: string; receivable: string; unapplied: string };
}

interface Looked {
  possible: boolean;
  waits_for: string | null;
  obstacles: Reason[];
  record: Rec | null;
  outlook: {
    lines?: { stock: StockOutlook | null; price: PriceOutlook | null }[];
    credit?: { use: CreditUse; order: string; after: string; over: string } | null;
  };
}

export interface Outlook {
  record: Rec | undefined;
  /** Each line as the server sees it, with its outlook, by the line's key. */
  lines: ReadonlyMap<string, Rec>;
  errors: Readonly<Record<string, string>>;
  keys: readonly string[];
  credit: Looked["outlook"]["credit"] | undefined;
  /** What stands in the way that belongs to no field. */
  obstacles: readonly Reason[];
  busy: boolean;
  unreachable: boolean;
}

const PAUSE = 220;
const NO_ERRORS = {};

export function useOutlook(draft: Draft, lines: EntityMeta): Outlook {
  const [looked, setLooked] = useState<{ of: Looked; keys: string[] }>();
  const [errors, setErrors] = useState<Record<string, string>>(NO_ERRORS);
  const [busy, setBusy] = useState(false);
  const [unreachable, setUnreachable] = useState(false);
  const asked = useRef("");
  const { body, sent } = useMemo(() => toLookAt(draft, lines), [draft, lines]);
  const question = draft.customer ? JSON.stringify([draft.id ?? "", draft.customer.id, body, sent.keys]) : "";

  useEffect(() => {
    if (!question) {
      setLooked(undefined);
      setErrors(NO_ERRORS);
      return;
    }
    if (asked.current === question) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      setBusy(true);
      const [, , toAsk, keys] = JSON.parse(question) as [string, string, unknown, string[]];
      const path = draft.id ? `/sales_order/${draft.id}` : "/sales_order";
      call<Looked>(draft.id ? "PATCH" : "POST", path, { body: toAsk, query: { preview: "1", outlook: "1" }, signal: stop.signal })
        .then(({ value }) => {
          asked.current = question;
          setLooked({ of: value, keys });
          setErrors(Object.fromEntries(value.obstacles.flatMap((one) => (one.field ? [[one.field, one.detail]] : []))));
          setUnreachable(false);
        })
        .catch((error: unknown) => {
          if (stop.signal.aborted) return;
          if (error instanceof Problem) setErrors(error.byField);
          else setUnreachable(true);
        })
        .finally(() => !stop.signal.aborted && setBusy(false));
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [question, draft.id]);

  return useMemo(() => {
    const record = looked?.of.record ?? undefined;
    const outlooks = looked?.of.outlook.lines ?? [];
    const keys = looked?.keys ?? [];
    const found = ((record?.["lines"] ?? []) as Rec[]).map((one, at): [string, Rec] => {
      const { stock, price } = outlooks[at] ?? { stock: null, price: null };
      return [keys[at] ?? "", { ...one, _stock: stock, _price: price, _free: stock?.free ?? null }];
    });
    return {
      record, lines: new Map(found), errors, keys, credit: looked?.of.outlook.credit,
      obstacles: (looked?.of.obstacles ?? []).filter((one) => !one.field), busy, unreachable,
    };
  }, [looked, errors, busy, unreachable]);
}
