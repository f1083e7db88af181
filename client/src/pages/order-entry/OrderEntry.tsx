/**
 * Order entry, by hand: the generic form can't show stock, promise, credit and margin while one types,
 * nor be fast enough. Everything that is computed comes from one question to the server, which never
 * stands in the way of typing.
 */

import { CopyOutlined, MessageOutlined, PlusOutlined } from "@ant-design/icons";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Alert, Button, Space, Spin, Switch, Tag, Tooltip } from "antd";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { get, Problem, type Rec } from "@/api/http";
import { preview, useDeeds, type Outcome } from "@/api/deeds";
import { fieldOf, useEntity, useEntityIfSeen, useHouse, type EntityMeta } from "@/api/meta";
import { useMe } from "@/api/me";
import { isRef, recordQuery, type Ref } from "@/api/records";
import { useQuery } from "@tanstack/react-query";
import { useSettings } from "@/app/settings";
import { useSpeech } from "@/app/speech";
import { KINDS } from "@/kinds";
import { Value } from "@/kinds/Value";
import { isMissing } from "@/kinds/kind";
import { isEmptyLine, keyOf, newLine, type Line } from "@/lines/line";
import type { LineTableHandle } from "@/lines/LineTable";
import { lookupOf } from "@/lines/lookup";
import { orderEntry } from "@/messages/orderEntry";
import { useOverview, type Overview } from "@/pages/customer/overview";
import { Brief } from "@/pages/order-entry/Brief";
import { AskToConfirm, isPlain, SetInMotion, type Asked } from "@/pages/order-entry/Confirming";
import { CustomerFinder } from "@/pages/order-entry/CustomerFinder";
import { draftOf, EMPTY, isEmpty, keepDraft, keptDraft, repeated, toSave, type Draft } from "@/pages/order-entry/draft";
import { HeaderFields } from "@/pages/order-entry/HeaderFields";
import { OrderLines } from "@/pages/order-entry/OrderLines";
import { PasteMessage } from "@/pages/order-entry/PasteMessage";
import { productLookup } from "@/pages/order-entry/understanding";
import { useOutlook, type Outlook } from "@/pages/order-entry/useOutlook";
import { useTell } from "@/parts/tell";
import { Waiting } from "@/parts/Waiting";
import "@/pages/order-entry/order-entry.css";

interface Opened {
  of?: string;
  customer?: string;
  repeat?: string;
}

/** `?of=` goes on with a draft, `?customer=` begins for a customer, `?repeat=` with an order's lines. */
export function OrderEntry({ entity }: { entity: string }) {
  const opened: Opened = useSearch({ strict: false });
  const meta = useEntity(entity);
  const { language } = useSettings();
  const me = useMe();
  const who = `${me.company?.slug ?? ""}.${me.identity}`;
  const lines = fieldOf(meta, "lines")?.lines;
  const id = opened.of ?? opened.repeat;
  const saved = useQuery({ ...recordQuery("sales_order", id ?? "", language), enabled: id !== undefined });
  const customer = useQuery({ ...recordQuery("customer", opened.customer ?? "", language), enabled: opened.customer !== undefined });
  if (!lines || (id && !saved.data && !saved.error) || (opened.customer && !customer.data && !customer.error)) return <Waiting />;
  const kept = keptDraft(who, opened.of ?? "new");
  const first: Draft = opened.of && saved.data ? (kept?.version === saved.data.version ? kept : draftOf(saved.data, meta))
    : opened.repeat && saved.data ? { ...EMPTY, customer: isRef(saved.data["customer"]) ? saved.data["customer"] : null, lines: repeated(saved.data["lines"] as Rec[]) }
    : customer.data ? { ...EMPTY, customer: { id: customer.data.id, title: String(customer.data["name"]) } }
    : (kept ?? EMPTY);
  return (
    <Entry
      key={`${opened.of ?? ""}.${opened.customer ?? ""}.${opened.repeat ?? ""}`} meta={meta} linesMeta={lines} who={who} first={first}
      restored={!opened.of && kept === first && !isEmpty(first)}
    />
  );
}

interface EntryProps {
  meta: EntityMeta;
  linesMeta: EntityMeta;
  who: string;
  first: Draft;
  restored: boolean;
}

function Entry({ meta, linesMeta, who, first, restored: wasRestored }: EntryProps) {
  const speech = useSpeech();
  const { say } = speech;
  const { entities } = useHouse();
  const navigate = useNavigate();
  const deeds = useDeeds();
  const tell = useTell();
  const { draft, change, begin } = useDraft(first, who);
  const [restored, setRestored] = useState(wasRestored);
  const [all, setAll] = useState(false);
  const [oneOff, setOneOff] = useState(false);
  const [pasting, setPasting] = useState<string>();
  const [refused, setRefused] = useState<{ errors: Record<string, string>; keys: string[] }>();
  const [asked, setAsked] = useState<Asked>();
  const [done, setDone] = useState<Extract<Outcome, { kind: "done" }>>();
  const [busy, setBusy] = useState(false);
  const table = useRef<LineTableHandle>(null);
  const outlook = useOutlook(draft, linesMeta);
  const overview = useOverview(draft.customer?.id);
  const warehouse = idOf(draft.header["warehouse"]) ?? idOf(outlook.record?.["warehouse"]);
  const customers = useMemo(() => {
    const kind = entities.find((one) => one.name === "customer");
    return kind && lookupOf(kind);
  }, [entities]);
  const lookups = useMemo(
    () => ({ product: productLookup(draft.customer?.id, warehouse, speech) }),
    [draft.customer?.id, warehouse, speech],
  );

  const setLines = useCallback((lines: Line[]) => {
    setRefused(undefined);
    change((now) => ({ ...now, lines }));
  }, [change]);
  const pickCustomer = useCallback((customer: Ref) => {
    change((now) => ({ ...now, customer: { id: customer.id, title: customer.title } }));
  }, [change]);
  useEffect(() => {
    if (draft.customer) table.current?.focus();
  }, [draft.customer]);
  const addLines = (more: Line[]): void => {
    change((now) => ({ ...now, lines: [...now.lines.filter((one) => !isEmptyLine(one)), ...more] }));
    setTimeout(() => table.current?.focus(), 0);
  };
  const repeat = async (order: string): Promise<void> => {
    try {
      const found = await get<Rec>(`/sales_order/${order}`, { can: "false" });
      addLines(repeated(found["lines"] as Rec[]));
    } catch (error) {
      tell.failure(error);
    }
  };

  const save = async (): Promise<Rec | undefined> => {
    const { body, sent } = toSave(draft, linesMeta);
    try {
      const outcome = await deeds.perform(
        draft.id
          ? { entity: "sales_order", operation: "edit", id: draft.id, body, seen: draft.version }
          : { entity: "sales_order", operation: "create", body },
      );
      const record = outcome.kind === "done" ? outcome.record : undefined;
      keepDraft(who, draft.id ?? "new", undefined);
      if (record) begin(draftOf(record, meta));
      setRefused(undefined);
      return record;
    } catch (error) {
      if (error instanceof Problem && Object.keys(error.byField).length > 0) {
        setRefused({ errors: error.byField, keys: sent.keys });
        setTimeout(() => table.current?.focus("wrong"), 0);
      }
      tell.failure(error);
      return undefined;
    }
  };
  const saveDraft = async (): Promise<void> => {
    setBusy(true);
    const record = await save();
    setBusy(false);
    if (!record) return;
    tell.outcome({ label: say(orderEntry.saved, { number: String(record["number"]) }), inverse: null }, { kind: "done", record, event: null });
    await navigate({ to: "/$entity/new", params: { entity: "sales_order" }, search: { of: record.id }, replace: true });
  };
  const finish = (outcome: Outcome, order: string): void => {
    setAsked(undefined);
    if (outcome.kind === "done") {
      void overview.refetch();
      setDone(outcome);
      return;
    }
    tell.outcome({ label: say(orderEntry.confirm), inverse: null }, outcome);
    void navigate({ to: "/$entity/$id", params: { entity: "sales_order", id: order } });
  };
  const saveAndConfirm = async (): Promise<void> => {
    setBusy(true);
    try {
      const seen = [...outlook.lines.values()];
      const order = await save();
      if (!order) return;
      const looked = await preview({ entity: "sales_order", operation: "confirm", id: order.id });
      const question: Asked = { order, looked, lines: seen };
      if (isPlain(question)) finish(await deeds.perform({ entity: "sales_order", operation: "confirm", id: order.id }), order.id);
      else setAsked(question);
    } catch (error) {
      tell.failure(error);
    } finally {
      setBusy(false);
    }
  };
  const afresh = (): void => {
    keepDraft(who, "new", undefined);
    begin(EMPTY);
    setRestored(false);
    setDone(undefined);
    setOneOff(false);
    void navigate({ to: "/$entity/new", params: { entity: "sales_order" }, search: {}, replace: true });
  };

  const canSave = draft.customer !== null && draft.lines.some((one) => !isEmptyLine(one)) && !busy;
  useShortcuts({ save: () => canSave && void saveDraft(), confirm: () => canSave && void saveAndConfirm() });
  const onPasteText = useCallback((text: string): boolean => {
    const isList = /[,，;；、。]|\d\s*(个|件|箱|支|pcs)/i.test(text.trim()) || text.trim().includes("\n");
    if (text.includes("\t") || !isList) return false;
    setPasting(text);
    return true;
  }, []);
  const errors = refused?.errors ?? outlook.errors;

  return (
    <div className="order-entry">
      <header className="page-head">
        <h1>{draft.number ? say(orderEntry.editing, { number: draft.number }) : say(orderEntry.title)}</h1>
        <span className="gap" />
        <Button onClick={() => void saveDraft()} disabled={!canSave} title="Ctrl+S">{say(orderEntry.save)}</Button>
        <Tooltip title={say(orderEntry.shortcut)}>
          <Button type="primary" onClick={() => void saveAndConfirm()} disabled={!canSave} loading={busy}>{say(orderEntry.confirm)}</Button>
        </Tooltip>
      </header>
      <div className="page-body">
        {restored && (
          <Alert
            type="info" showIcon title={say(orderEntry.restored)} closable={{ onClose: () => setRestored(false) }}
            action={<Button size="small" onClick={afresh}>{say(orderEntry.afresh)}</Button>}
          />
        )}
        {outlook.unreachable && <Alert type="warning" showIcon title={say(orderEntry.unreachable)} />}
        {!draft.customer ? (
          <div className="order-begin">
            {customers && <CustomerFinder lookup={customers} onPick={pickCustomer} />}
            <h2>{say(orderEntry.noCustomer)}</h2>
            <p className="quiet">{say(orderEntry.noCustomerWhy)}</p>
          </div>
        ) : (
          <div className="order-columns">
            <div className="order-main">
              <Chosen
                customer={draft.customer} overview={overview.data} saved={draft.id !== undefined}
                onAnother={() => change((now) => ({ ...now, customer: null }))}
              />
              <HeaderFields
                entity={meta} all={all} header={draft.header} computed={outlook.record} errors={errors} saved={draft.id !== undefined}
                onChange={(name, value) => change((now) => ({ ...now, header: { ...now.header, [name]: value } }))}
              />
              <Space wrap className="order-tools">
                <Button size="small" type="link" onClick={() => setAll(!all)} aria-expanded={all}>{say(orderEntry.header)}</Button>
                <span className="gap" />
                <label className="order-switch">
                  <Switch
                    size="small" checked={(draft.header["prices_include_tax"] ?? outlook.record?.["prices_include_tax"]) === true}
                    onChange={(on) => change((now) => ({ ...now, header: { ...now.header, prices_include_tax: on } }))}
                    aria-label={say(orderEntry.withTax)}
                  />
                  {say(orderEntry.withTax)}
                </label>
                <Button size="small" icon={<MessageOutlined />} onClick={() => setPasting("")}>{say(orderEntry.paste)}</Button>
                <Tooltip title={say(orderEntry.freeWhy)}>
                  <Button size="small" icon={<PlusOutlined />} onClick={() => { setOneOff(true); addLines([newLine({ quantity: "1" })]); }}>{say(orderEntry.free)}</Button>
                </Tooltip>
                {overview.data?.panels.orders?.latest[0] && (
                  <Button size="small" icon={<CopyOutlined />} onClick={() => void repeat(overview.data.panels.orders?.latest[0]?.id ?? "")}>{say(orderEntry.repeat)}</Button>
                )}
              </Space>
              <OrderLines
                entity={linesMeta} lines={draft.lines} outlook={outlook} errors={errors} sent={refused?.keys ?? outlook.keys}
                lookups={lookups} oneOff={oneOff} handle={table} onChange={setLines} onPasteText={onPasteText}
              />
              <Totals meta={meta} outlook={outlook} lines={draft.lines} />
            </div>
            <Brief
              overview={overview.data} outlook={outlook} onRepeat={(order) => void repeat(order)}
              onAdd={(product) => addLines([newLine({ product, quantity: "1" })])}
            />
          </div>
        )}
      </div>
      {pasting !== undefined && (
        <PasteMessage
          text={pasting} customer={draft.customer?.id} warehouse={warehouse} onClose={() => setPasting(undefined)}
          onInsert={(more) => { setPasting(undefined); addLines(more); }}
        />
      )}
      {asked && <AskToConfirm asked={asked} onDone={(outcome) => finish(outcome, asked.order.id)} onClose={() => setAsked(undefined)} />}
      {done && (
        <SetInMotion
          outcome={done} credit={overview.data?.panels.credit ?? undefined} onNext={afresh}
          onOpen={() => void navigate({ to: "/$entity/$id", params: { entity: "sales_order", id: done.record?.id ?? "" } })}
        />
      )}
    </div>
  );
}

function Chosen({ customer, overview, saved, onAnother }: { customer: Ref; overview: Overview | undefined; saved: boolean; onAnother: () => void }) {
  const speech = useSpeech();
  const { say } = speech;
  const meta = useEntityIfSeen("customer");
  const shown = ["number", "grade", "payment_term", "region", "owner"].flatMap((name) => (meta && fieldOf(meta, name)) ?? []);
  const { record } = overview ?? {};
  return (
    <div className="order-chosen">
      <strong>{customer.title}</strong>
      {record && shown.filter((one) => !isMissing(record[one.name])).map((field) => (
        <span key={field.name}><small className="quiet">{field.label}</small> {KINDS[field.kind].text(record[field.name], field, speech, record)}</span>
      ))}
      <span className="gap" />
      {!saved && <Button size="small" type="text" onClick={onAnother}>{say(orderEntry.another)}</Button>}
    </div>
  );
}

function Totals({ meta, outlook, lines }: { meta: EntityMeta; outlook: Outlook; lines: readonly Line[] }) {
  const { say } = useSpeech();
  const { record } = outlook;
  const shown = ["net", "tax", "gross", "margin", "margin_rate"].flatMap((name) => fieldOf(meta, name) ?? []);
  const many = lines.filter((one) => !isEmptyLine(one)).length;
  return (
    <div className="order-totals" aria-live="polite" data-busy={outlook.busy} data-lines={[...outlook.lines.keys()].filter((key) => lines.some((one) => keyOf(one) === key)).length}>
      <Tag>{say(orderEntry.lines, { n: many })}</Tag>
      {outlook.busy && <Spin size="small" />}
      {outlook.obstacles.map((one) => <span key={one.code} className="order-late">{one.detail}</span>)}
      <dl className="line-totals">
        {shown.map((field) => (
          <div key={field.name} className={field.name === "gross" ? "whole" : ""}>
            <dt>{field.label}</dt>
            <dd><Value field={field} value={record?.[field.name]} record={record} /></dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

const idOf = (value: unknown): string | undefined => (isRef(value) ? value.id : undefined);

const PAUSE = 300;

/** The draft, kept in the browser a moment after each change and when the tab is left. */
function useDraft(first: Draft, who: string): {
  draft: Draft;
  change: (how: (now: Draft) => Draft) => void;
  begin: (next: Draft) => void;
} {
  const [draft, setDraft] = useState(first);
  const now = useRef(draft);
  const touched = useRef(false);
  now.current = draft;
  useEffect(() => {
    if (!touched.current) return;
    const keep = (): void => keepDraft(who, now.current.id ?? "new", now.current);
    const timer = setTimeout(keep, PAUSE);
    window.addEventListener("pagehide", keep);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("pagehide", keep);
    };
  }, [draft, who]);
  const change = useCallback((how: (now: Draft) => Draft) => {
    touched.current = true;
    setDraft(how);
  }, []);
  const begin = useCallback((next: Draft) => {
    touched.current = false;
    setDraft(next);
  }, []);
  return { draft, change, begin };
}

function useShortcuts(does: { save: () => unknown; confirm: () => unknown }): void {
  const latest = useRef(does);
  latest.current = does;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey)) return;
      if (event.key.toLowerCase() === "s" && !event.shiftKey) {
        event.preventDefault();
        latest.current.save();
      } else if (event.key === "Enter" && event.shiftKey) {
        event.preventDefault();
        event.stopPropagation();
        latest.current.confirm();
      }
    };
    window.addEventListener("keydown", press, true);
    return () => window.removeEventListener("keydown", press, true);
  }, []);
}
