/** What stands in the cards of the customer's page; every number leads to its records. */

import { Link } from "@tanstack/react-router";
import { Progress } from "antd";
import Decimal from "decimal.js";
import type { Rec } from "@/api/http";
import { fieldOf, useEntityIfSeen } from "@/api/meta";
import { isRef } from "@/api/records";
import { useSpeech } from "@/app/speech";
import { Value } from "@/kinds/Value";
import { isMissing } from "@/kinds/kind";
import { RecordLink } from "@/kinds/references";
import { customerPage as words } from "@/messages/customerPage";
import { behind } from "@/pages/customer/behind";
import type { Due, Overview, Usual } from "@/pages/customer/overview";
import { useToday } from "@/api/meta";

/** Days overdue, as the server sorts them. */
const AGES: readonly { code: string; from: number | null; to: number | null }[] = [
  { code: "not_due", from: null, to: 0 },
  { code: "1_30", from: 1, to: 30 },
  { code: "31_60", from: 31, to: 60 },
  { code: "61_90", from: 61, to: 90 },
  { code: "91_180", from: 91, to: 180 },
  { code: "181_365", from: 181, to: 365 },
  { code: "over_365", from: 366, to: null },
];

/** So many days late on average stand out. */
const LATE = 5;

export function DueByAge({ due, customer }: { due: Due; customer: string }) {
  const speech = useSpeech();
  const { say } = speech;
  const today = useToday();
  if (new Decimal(due.total).isZero()) return <p className="quiet">{say(words.nothingDue)}</p>;
  const late = new Decimal(due.overdue).gt(0);
  const ages = AGES.filter((one) => new Decimal(due.buckets[one.code] ?? 0).gt(0));
  const label = (one: (typeof AGES)[number]): string =>
    one.from === null ? say(words.not_due) : one.to === null ? say(words.moreThan, { n: one.from - 1 }) : say(words.days, { range: `${String(one.from)}–${String(one.to)}` });
  return (
    <>
      <p className="customer-figure">
        <strong>{speech.money(due.total)}</strong>
        <span className={late ? "order-late" : "yes"}>{late ? say(words.overdue, { amount: speech.money(due.overdue) }) : say(words.notOverdue)}</span>
      </p>
      <ul className="customer-ages">
        {ages.map((one) => {
          const amount = due.buckets[one.code] ?? "0";
          return (
            <li key={one.code}>
              <Link to="/$entity" params={{ entity: "receivable" }} search={{ filter: behind(customer, { field: "is_open", op: "eq", value: true }, dueBetween(one, today)) } as never}>
                <span>{label(one)}</span>
                <span className="customer-age-bar"><i className={one.from === null ? "fine" : ""} style={{ width: `${new Decimal(amount).div(due.total).times(100).toFixed(1)}%` }} /></span>
                <span className="num">{speech.money(amount)}</span>
              </Link>
            </li>
          );
        })}
      </ul>
      {new Decimal(due.unapplied).gt(0) && <p className="quiet">{say(words.unapplied)} {speech.money(due.unapplied)}</p>}
    </>
  );
}

function dueBetween(age: { from: number | null; to: number | null }, today: string): Record<string, unknown> {
  const day = (back: number): string => new Date(Date.parse(`${today}T00:00:00Z`) - back * 86_400_000).toISOString().slice(0, 10);
  if (age.from === null) return { field: "due", op: "ge", value: day(0) };
  if (age.to === null) return { field: "due", op: "le", value: day(age.from) };
  return { field: "due", op: "between", value: [day(age.to), day(age.from)] };
}

export function Paying({ paying }: { paying: NonNullable<Overview["panels"]["paying"]> }) {
  const speech = useSpeech();
  const { say } = speech;
  const days = paying.days_late === null ? null : new Decimal(paying.days_late);
  return (
    <>
      {days === null ? <p className="quiet">{say(words.neverPaid)}</p> : (
        <p className="customer-figure">
          <strong className={days.gt(LATE) ? "order-late" : ""}>
            {days.isZero() ? say(words.onDay) : say(days.gt(0) ? words.late : words.early, { n: speech.number(days.abs().toFixed()) })}
          </strong>
          {paying.on_time !== null && <span className="quiet">{say(words.onTime, { share: speech.percent(paying.on_time, 0) })}</span>}
        </p>
      )}
      <ul className="customer-list">
        {paying.latest.map((one) => (
          <li key={one.id}>
            <span title={String(one["number"])}><RecordLink entity="payment" to={{ id: one.id, title: speech.day(String(one["day"])) }} /></span>
            <span className="num">{speech.money(String(one["amount"]), String(one["currency"]))}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

export function OpenOrders({ orders }: { orders: Rec[] }) {
  const speech = useSpeech();
  const { say } = speech;
  if (orders.length === 0) return <p className="quiet">{say(words.noOpenOrders)}</p>;
  return (
    <ul className="customer-list customer-open">
      {orders.map((one) => {
        const [delivered, invoiced] = [String(one["delivered"] ?? "0"), String(one["invoiced"] ?? "0")];
        return (
          <li key={one.id}>
            <span>
              <RecordLink entity="sales_order" to={{ id: one.id, title: String(one["number"]) }} />
              <small className="quiet">{speech.day(String(one["day"]))}{isMissing(one["promised"]) ? "" : ` · ${say(words.promisedFor, { day: speech.day(String(one["promised"])) })}`}</small>
            </span>
            <span className="customer-progress" title={`${say(words.delivered, { share: speech.percent(delivered, 0) })} · ${say(words.invoiced, { share: speech.percent(invoiced, 0) })}`}>
              <Progress percent={new Decimal(delivered).times(100).round().toNumber()} size="small" showInfo={false} aria-label={say(words.delivered, { share: speech.percent(delivered, 0) })} />
              <small className="quiet">{say(words.delivered, { share: speech.percent(delivered, 0) })} · {say(words.invoiced, { share: speech.percent(invoiced, 0) })}</small>
            </span>
            <span className="num">{isMissing(one["gross"]) ? "" : speech.money(String(one["gross"]), String(one["currency"] ?? "") || undefined)}</span>
          </li>
        );
      })}
    </ul>
  );
}

export function Shipments({ shipments }: { shipments: Rec[] }) {
  const speech = useSpeech();
  const meta = useEntityIfSeen("shipment");
  const state = meta && fieldOf(meta, "state");
  if (shipments.length === 0) return <p className="quiet">{speech.say(words.noShipments)}</p>;
  return (
    <ul className="customer-list">
      {shipments.map((one) => (
        <li key={one.id}>
          <span>
            <RecordLink entity="shipment" to={{ id: one.id, title: String(one["number"]) }} />
            <small className="quiet">{isMissing(one["day"] ?? one["due"]) ? "" : speech.day(String(one["day"] ?? one["due"]))}</small>
          </span>
          <span>{state && <Value field={state} value={one["state"]} record={one} />}</span>
        </li>
      ))}
    </ul>
  );
}

export function Returns({ returns }: { returns: Rec[] }) {
  const speech = useSpeech();
  const meta = useEntityIfSeen("sales_return");
  const state = meta && fieldOf(meta, "state");
  return (
    <ul className="customer-list">
      {returns.map((one) => (
        <li key={one.id}>
          <span>
            <RecordLink entity="sales_return" to={{ id: one.id, title: String(one["number"]) }} />
            <small className="quiet">{isMissing(one["day"]) ? "" : speech.day(String(one["day"]))} {String(one["reason"] ?? "")}</small>
          </span>
          <span>{state && <Value field={state} value={one["state"]} record={one} />}</span>
        </li>
      ))}
    </ul>
  );
}

export function Goods({ goods, missed = false }: { goods: Usual[]; missed?: boolean }) {
  const speech = useSpeech();
  const { say } = speech;
  if (goods.length === 0) return <p className="quiet">{say(words.nothingBought)}</p>;
  return (
    <ul className="customer-list">
      {goods.map((one) => (
        <li key={one.product}>
          <span>
            <RecordLink entity="product" to={{ id: one.product, title: one.name }} />
            <small className="quiet">
              {missed && one.every_days
                ? say(words.missedWhy, { n: speech.number(new Decimal(one.every_days).toFixed(0)), day: speech.day(one.last) })
                : `${say(words.times, { n: one.times })} · ${speech.number(one.quantity)}`}
            </small>
          </span>
          <span className="num">{speech.money(one.net)}</span>
        </li>
      ))}
    </ul>
  );
}

export function Agreements({ agreements }: { agreements: Rec[] }) {
  const speech = useSpeech();
  const { say } = speech;
  return (
    <ul className="customer-list">
      {agreements.map((one) => (
        <li key={one.id}>
          <span>
            {isRef(one["product"]) && <RecordLink entity="product" to={one["product"]} />}
            <small className="quiet">
              {[
                new Decimal(String(one["min_quantity"] ?? "0")).gt(0) ? say(words.agreementFrom, { n: speech.number(String(one["min_quantity"])) }) : "",
                isMissing(one["valid_to"]) ? "" : say(words.until, { day: speech.day(String(one["valid_to"])) }),
              ].filter(Boolean).join(" · ")}
            </small>
          </span>
          <span className="num">{isMissing(one["price"]) ? "" : speech.money(String(one["price"]))}</span>
        </li>
      ))}
    </ul>
  );
}
