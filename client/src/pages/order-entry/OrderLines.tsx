/** The order's lines: what is typed, and beside it what the server knows of each (stock, promise, price, margin). */

import { InfoCircleOutlined } from "@ant-design/icons";
import { Tooltip } from "antd";
import Decimal from "decimal.js";
import { useMemo, useState, type ReactNode, type Ref } from "react";
import type { Rec } from "@/api/http";
import type { EntityMeta, FieldMeta } from "@/api/meta";
import { useSpeech, type Speech } from "@/app/speech";
import type { AskedColumn } from "@/lines/columns";
import { isEmptyLine, keyOf, type Line } from "@/lines/line";
import { LineTable, type LineTableHandle } from "@/lines/LineTable";
import type { Lookups } from "@/lines/lookup";
import { orderEntry } from "@/messages/orderEntry";
import type { Outlook, PriceOutlook, StockOutlook } from "@/pages/order-entry/useOutlook";

interface Props {
  entity: EntityMeta;
  lines: Line[];
  outlook: Outlook;
  errors: Readonly<Record<string, string>>;
  sent: readonly string[];
  lookups: Lookups;
  oneOff: boolean;
  handle: Ref<LineTableHandle>;
  onChange: (lines: Line[]) => void;
  onPasteText: (text: string) => boolean;
}

const pseudo = (name: string, label: string, kind: FieldMeta["kind"]): FieldMeta => ({ name, label, kind, writable: false, schema: {} });

export function OrderLines({ entity, lines, outlook, errors, sent, lookups, oneOff, handle, onChange, onPasteText }: Props) {
  const speech = useSpeech();
  const [at, setAt] = useState<Line>();
  const wording = oneOff || lines.some((one) => !one["product"] && !isEmptyLine(one));
  const columns = useMemo(() => columnsFor(speech, wording), [speech, wording]);
  const computed = at && outlook.lines.get(keyOf(at));
  return (
    <LineTable
      entity={entity} lines={lines} onChange={onChange} columns={columns} computed={outlook.lines} errors={errors} sent={sent}
      record={outlook.record} lookups={lookups} handle={handle} onPasteText={onPasteText} onRow={setAt}
      footer={<span className="order-why quiet" aria-live="polite">{computed ? said(computed, speech) : ""}</span>}
    />
  );
}

function columnsFor(speech: Speech, wording: boolean): AskedColumn[] {
  const { say } = speech;
  return [
    { field: "product", width: 158 },
    ...(wording ? [{ field: "wording", width: 120 }] : []),
    { field: "quantity", width: 82 },
    { field: "unit", width: 48 },
    { field: pseudo("_free", say(orderEntry.stock), "quantity"), width: 70, show: (_, computed) => <Free stock={stockOf(computed)} speech={speech} /> },
    { field: pseudo("_promise", say(orderEntry.promise), "day"), width: 86, show: (_, computed) => <Promised stock={stockOf(computed)} speech={speech} /> },
    { field: "list_price", width: 82, show: (_, computed) => <ListPrice computed={computed} speech={speech} /> },
    { field: "unit_price", width: 74 },
    { field: "discounts", width: 62 },
    { field: "net", width: 84 },
    { field: "gross", width: 88 },
    { field: "margin", width: 112, show: (_, computed) => <Margin computed={computed} speech={speech} /> },
  ];
}

const stockOf = (computed: Rec | undefined): StockOutlook | null => (computed?.["_stock"] as StockOutlook | null | undefined) ?? null;
const priceOf = (computed: Rec | undefined): PriceOutlook | null => (computed?.["_price"] as PriceOutlook | null | undefined) ?? null;

function Free({ stock, speech }: { stock: StockOutlook | null; speech: Speech }): ReactNode {
  if (!stock) return null;
  const short = new Decimal(stock.short).gt(0);
  return <span className={short ? "num order-short" : "num"}>{speech.number(stock.free)}</span>;
}

function Promised({ stock, speech }: { stock: StockOutlook | null; speech: Speech }): ReactNode {
  if (!stock) return null;
  if (!stock.promise) return <span className="order-late">{speech.say(orderEntry.never)}</span>;
  if (new Decimal(stock.short).lte(0)) return <span className="yes">{speech.say(orderEntry.now)}</span>;
  return <span className={stock.late ? "order-late" : ""}>{speech.day(stock.promise)}</span>;
}

function ListPrice({ computed, speech }: { computed: Rec | undefined; speech: Speech }): ReactNode {
  const price = computed?.["list_price"];
  if (price === undefined || price === null) return null;
  const why = priceOf(computed);
  return (
    <span className="num order-list-price">
      {why && <Tooltip title={whyPrice(why, speech)}><InfoCircleOutlined className={why.price_list ? "order-from-list" : "quiet"} /></Tooltip>}
      {speech.money(String(price))}
    </span>
  );
}

function Margin({ computed, speech }: { computed: Rec | undefined; speech: Speech }): ReactNode {
  const [margin, revenue] = [computed?.["margin"], computed?.["revenue"]];
  if (margin === undefined || margin === null) return null;
  const rate = revenue && !new Decimal(String(revenue)).isZero() ? new Decimal(String(margin)).div(String(revenue)) : null;
  return (
    <span className={rate?.lt(0) ? "num negative" : "num"}>
      {speech.money(String(margin))} {rate && <small>{speech.percent(rate.toFixed(4))}</small>}
    </span>
  );
}

/** Why a price is what it is. */
function whyPrice(why: PriceOutlook, speech: Speech): string {
  const { say } = speech;
  const audience = why.audience === "customer" ? orderEntry.forCustomer : why.audience === "group" ? orderEntry.forGroup : orderEntry.forEverybody;
  return [
    why.price_list ? say(orderEntry.fromList, { list: why.price_list }) : say(orderEntry.ownPrice),
    why.price_list ? say(audience) : "",
    new Decimal(why.from_quantity).gt(0) ? say(orderEntry.fromQuantity, { n: speech.number(why.from_quantity) }) : "",
    why.valid_to ? say(orderEntry.until, { day: speech.day(why.valid_to) }) : "",
    why.next_quantity && why.next_price ? say(orderEntry.nextBreak, { n: speech.number(why.next_quantity), price: speech.money(why.next_price) }) : "",
  ].filter(Boolean).join(" · ");
}

/** The same in words, below the lines, for the one in which the cursor stands. */
function said(computed: Rec, speech: Speech): string {
  const [stock, price] = [stockOf(computed), priceOf(computed)];
  const { say } = speech;
  const isShort = stock && new Decimal(stock.short).gt(0);
  return [
    isShort ? say(orderEntry.short, { n: speech.number(stock.short) }) : "",
    isShort && stock.promise ? `${say(orderEntry.promise)} ${speech.day(stock.promise)}` : "",
    stock?.late && isShort ? say(orderEntry.lateBy) : "",
    price ? whyPrice(price, speech) : "",
  ].filter(Boolean).join(" · ");
}
