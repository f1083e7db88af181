/** The customer beside the order: credit, what warns, the last orders to repeat, what they usually buy. */

import { PlusOutlined, RedoOutlined } from "@ant-design/icons";
import { Alert, Button, Skeleton, Tooltip } from "antd";
import Decimal from "decimal.js";
import type { Rec } from "@/api/http";
import type { Ref } from "@/api/records";
import { useSpeech } from "@/app/speech";
import { orderEntry } from "@/messages/orderEntry";
import { CreditBar } from "@/pages/customer/CreditBar";
import type { Overview, Usual } from "@/pages/customer/overview";
import type { Outlook } from "@/pages/order-entry/useOutlook";

interface Props {
  overview: Overview | undefined;
  outlook: Outlook;
  onRepeat: (order: string) => void;
  onAdd: (product: Ref) => void;
}

const SHOWN = 8;
const LATE = 5;

export function Brief({ overview, outlook, onRepeat, onAdd }: Props) {
  const { say } = useSpeech();
  if (!overview) return <aside className="order-brief"><Skeleton active paragraph={{ rows: 8 }} /></aside>;
  const { panels } = overview;
  const credit = outlook.credit ?? (panels.credit ? { use: panels.credit, order: "0" } : undefined);
  return (
    <aside className="order-brief" aria-label={say(orderEntry.credit)}>
      <Warnings overview={overview} />
      {credit && (
        <section>
          <h2>{say(orderEntry.credit)}</h2>
          <CreditBar use={credit.use} adding={credit.order} />
        </section>
      )}
      {panels.orders && panels.orders.latest.length > 0 && (
        <section>
          <h2>{say(orderEntry.lastOrders)}</h2>
          <ul className="order-brief-list">
            {panels.orders.latest.map((one) => <LastOrder key={one.id} order={one} onRepeat={onRepeat} />)}
          </ul>
        </section>
      )}
      {panels.products && panels.products.missed.length > 0 && (
        <UsualGoods title={say(orderEntry.missed)} goods={panels.products.missed} onAdd={onAdd} />
      )}
      {panels.products && panels.products.top.length > 0 && (
        <UsualGoods title={say(orderEntry.usually)} goods={panels.products.top} onAdd={onAdd} />
      )}
    </aside>
  );
}

function Warnings({ overview }: { overview: Overview }) {
  const speech = useSpeech();
  const { say } = speech;
  const { due, paying } = overview.panels;
  const found = [
    overview.record["active"] === false ? say(orderEntry.inactive) : "",
    due && new Decimal(due.overdue).gt(0) && due.oldest ? say(orderEntry.overdue, { amount: speech.money(due.overdue), day: speech.day(due.oldest) }) : "",
    paying?.days_late && new Decimal(paying.days_late).gte(LATE) ? say(orderEntry.paysLate, { n: speech.number(paying.days_late) }) : "",
  ].filter(Boolean);
  return <>{found.map((one) => <Alert key={one} type="warning" showIcon title={one} />)}</>;
}

function LastOrder({ order, onRepeat }: { order: Rec; onRepeat: (order: string) => void }) {
  const speech = useSpeech();
  const label = speech.say(orderEntry.again, { number: String(order["number"]) });
  return (
    <li>
      <span>{String(order["number"])}<small>{speech.day(String(order["day"]))}</small></span>
      <span className="num">{speech.money(String(order["gross"] ?? "0"), String(order["currency"] ?? "") || undefined)}</span>
      <Tooltip title={label}>
        <Button type="text" size="small" icon={<RedoOutlined />} aria-label={label} onClick={() => onRepeat(order.id)} />
      </Tooltip>
    </li>
  );
}

function UsualGoods({ title, goods, onAdd }: { title: string; goods: Usual[]; onAdd: (product: Ref) => void }) {
  const speech = useSpeech();
  return (
    <section>
      <h2>{title}</h2>
      <ul className="order-brief-list">
        {goods.slice(0, SHOWN).map((one) => (
          <li key={one.product}>
            <span>{one.name}<small>{speech.say(orderEntry.bought, { n: one.times, day: speech.day(one.last) })}</small></span>
            <Button
              type="text" size="small" icon={<PlusOutlined />} aria-label={speech.say(orderEntry.add, { name: one.name })}
              onClick={() => onAdd({ id: one.product, title: one.name })}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
