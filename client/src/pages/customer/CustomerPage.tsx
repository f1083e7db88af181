/**
 * The customer's page, by hand: the generic one shows a record and lists of others; here a salesperson
 * sees in one look what this customer is worth, owes, waits for and stopped buying. One request; what
 * a reader may not see isn't there. The record itself, to be edited, is one switch away.
 */

import { EditOutlined, MailOutlined, PhoneOutlined, PlusOutlined, WalletOutlined } from "@ant-design/icons";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Segmented, Tag, Tooltip } from "antd";
import Decimal from "decimal.js";
import { useState, type ReactNode } from "react";
import type { Rec } from "@/api/http";
import { fieldOf, may, useEntity, useHouse } from "@/api/meta";
import { Failed } from "@/app/Lost";
import { useSpeech } from "@/app/speech";
import { Value } from "@/kinds/Value";
import { isMissing } from "@/kinds/kind";
import { customerPage as words } from "@/messages/customerPage";
import { behind, type Condition } from "@/pages/customer/behind";
import { CreditBar } from "@/pages/customer/CreditBar";
import { Agreements, DueByAge, Goods, OpenOrders, Paying, Returns, Shipments } from "@/pages/customer/cards";
import { useOverview, type Overview } from "@/pages/customer/overview";
import { ReceivePayment } from "@/pages/customer/ReceivePayment";
import { RevenueChart } from "@/pages/customer/RevenueChart";
import { History } from "@/record/History";
import { RecordView } from "@/record/RecordView";
import { Waiting } from "@/parts/Waiting";
import "@/pages/customer/customer.css";

type Shown = "overview" | "details";

export function CustomerPage({ entity, id }: { entity: string; id: string }) {
  const { say } = useSpeech();
  const navigate = useNavigate();
  const asked: { shown?: string } = useSearch({ strict: false });
  const shown: Shown = asked.shown === "details" ? "details" : "overview";
  const setShown = (next: Shown): void =>
    void navigate({ to: ".", search: (next === "details" ? { shown: next } : {}) as never, replace: true });
  const overview = useOverview(id);
  if (overview.error) return <Failed error={overview.error} reset={() => void overview.refetch()} />;
  if (!overview.data) return <Waiting />;
  const record = overview.data.record.id;
  const choice = (
    <Segmented<Shown>
      value={shown} onChange={setShown} aria-label={say(words.details)}
      options={[{ value: "overview", label: say(words.overview) }, { value: "details", label: say(words.details) }]}
    />
  );
  if (shown === "details") {
    return (
      <div className="customer">
        <div className="customer-choice">{choice}</div>
        <RecordView entity={entity} id={record} />
      </div>
    );
  }
  return <OverviewOf overview={overview.data} choice={choice} onEdit={() => setShown("details")} />;
}

function OverviewOf({ overview, choice, onEdit }: { overview: Overview; choice: ReactNode; onEdit: () => void }) {
  const speech = useSpeech();
  const { say } = speech;
  const navigate = useNavigate();
  const { entities } = useHouse();
  const meta = useEntity("customer");
  const [paying, setPaying] = useState(false);
  const { record, panels } = overview;
  const allowed = (entity: string, operation: string): boolean => may(entities.find((one) => one.name === entity), operation);
  const contact = firstContact(record);
  const grade = fieldOf(meta, "grade");
  const order = (search: Record<string, string>): void =>
    void navigate({ to: "/$entity/new", params: { entity: "sales_order" }, search });
  return (
    <div className="customer">
      <header className="page-head">
        <div className="record-title">
          <small className="quiet">{meta.label} {String(record["number"] ?? "")}</small>
          <h1>{String(record["name"] ?? "")}</h1>
        </div>
        {grade && !isMissing(record["grade"]) && <Value field={grade} value={record["grade"]} record={record} />}
        {record["active"] === false && <Tag color="error">{say(words.inactive)}</Tag>}
        {choice}
        <span className="gap" />
        {contact.phone && (
          <Tooltip title={contact.phone}>
            <Button icon={<PhoneOutlined />} href={`tel:${contact.phone.replace(/[^+\d]/g, "")}`} aria-label={`${say(words.call)} ${contact.phone}`} />
          </Tooltip>
        )}
        {contact.email && (
          <Tooltip title={contact.email}>
            <Button icon={<MailOutlined />} href={`mailto:${encodeURIComponent(contact.email)}`} aria-label={`${say(words.mail)} ${contact.email}`} />
          </Tooltip>
        )}
        {record.can["edit"] === true && <Button icon={<EditOutlined />} onClick={onEdit}>{say(words.edit)}</Button>}
        {allowed("payment", "receive") && (
          <Button icon={<WalletOutlined />} onClick={() => setPaying(true)}>{say(words.receivePayment)}</Button>
        )}
        {allowed("sales_order", "create") && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => order({ customer: record.id })}>{say(words.newOrder)}</Button>
        )}
      </header>
      <div className="customer-body">
        <div className="customer-cards">
          {panels.credit && <Card title={say(words.credit)} to="credit_position" customer={record.id}><CreditBar use={panels.credit} /></Card>}
          {panels.due && <Card title={say(words.due)} to="receivable" customer={record.id}><DueByAge due={panels.due} customer={record.id} /></Card>}
          {panels.paying && <Card title={say(words.paying)} to="payment" customer={record.id}><Paying paying={panels.paying} /></Card>}
          {panels.revenue && (
            <Card title={say(words.revenue)} to="sales_order" customer={record.id} wide>
              <RevenueChart revenue={panels.revenue} customer={record.id} />
              {panels.orders && <Rhythm orders={panels.orders} asOf={overview.as_of} />}
            </Card>
          )}
          {panels.orders && <Card title={say(words.openOrders)} to="sales_order" customer={record.id} filter={{ field: "state", op: "eq", value: "confirmed" }} wide><OpenOrders orders={panels.orders.open} /></Card>}
          {panels.products && panels.products.missed.length > 0 && (
            <Card title={say(words.missed)} className="customer-missed"><Goods goods={panels.products.missed} missed /></Card>
          )}
          {panels.products && <Card title={say(words.top)} to="sales_entry" customer={record.id}><Goods goods={panels.products.top} /></Card>}
          {panels.shipments && <Card title={say(words.shipments)} to="shipment" customer={record.id}><Shipments shipments={panels.shipments} /></Card>}
          {panels.returns && panels.returns.length > 0 && <Card title={say(words.returns)} to="sales_return" customer={record.id}><Returns returns={panels.returns} /></Card>}
          {panels.agreements && panels.agreements.length > 0 && <Card title={say(words.agreements)} to="price_list_item" customer={record.id}><Agreements agreements={panels.agreements} /></Card>}
        </div>
        <aside className="customer-side">
          <Identity record={record} />
          <section className="sheet" aria-label={say(words.history)}>
            <h2>{say(words.history)}</h2>
            <History entity="customer" id={record.id} />
          </section>
        </aside>
      </div>
      {paying && <ReceivePayment customer={record.id} name={String(record["name"] ?? "")} due={panels.due ?? undefined} onClose={() => setPaying(false)} />}
    </div>
  );
}

interface CardProps {
  title: string;
  children: ReactNode;
  /** The kind of record whose list stands behind the card. */
  to?: string;
  customer?: string;
  filter?: Condition;
  wide?: boolean;
  className?: string;
}

function Card({ title, children, to, customer, filter, wide, className }: CardProps) {
  const { say } = useSpeech();
  return (
    <section className={`sheet customer-card${wide ? " wide" : ""} ${className ?? ""}`} aria-label={title}>
      <h2>
        {title}
        {to && customer && (
          <Link to="/$entity" params={{ entity: to }} search={{ filter: behind(customer, filter) } as never} aria-label={`${say(words.everything)}: ${title}`}>{say(words.everything)}</Link>
        )}
      </h2>
      {children}
    </section>
  );
}

function Rhythm({ orders, asOf }: { orders: NonNullable<Overview["panels"]["orders"]>; asOf: string }) {
  const speech = useSpeech();
  const { say } = speech;
  const late = orders.next !== null && orders.next < asOf;
  return (
    <p className="customer-rhythm">
      {orders.every_days
        ? say(words.rhythm, { count: orders.count, days: speech.number(new Decimal(orders.every_days).toFixed(0)) })
        : say(words.rhythmFew, { count: orders.count })}
      {orders.next && <b className={late ? "order-late" : ""}>{say(late ? words.nextOverdue : words.nextExpected, { day: speech.day(orders.next) })}</b>}
    </p>
  );
}

const IDENTITY = ["short_name", "group", "region", "channel", "owner", "payment_term", "currency", "tax_number", "invoice_type", "backorders", "address", "website"];

function Identity({ record }: { record: Rec }) {
  const { say } = useSpeech();
  const meta = useEntity("customer");
  const contacts = (record["contacts"] ?? []) as Rec[];
  const fields = IDENTITY.flatMap((name) => fieldOf(meta, name) ?? []).filter((one) => !isMissing(record[one.name]));
  return (
    <section className="sheet" aria-label={say(words.contacts)}>
      {contacts.length > 0 && <h2>{say(words.contacts)}</h2>}
      <ul className="customer-contacts">
        {contacts.map((one) => (
          <li key={one.id}>
            <span>
              <b>{String(one["name"] ?? "")}</b> <small className="quiet">{String(one["job"] ?? "")}</small>
              {one["decides"] === true && <Tag color="processing">{say(words.decides)}</Tag>}
            </span>
            {!isMissing(one["phone"]) && <a href={`tel:${String(one["phone"]).replace(/[^+\d]/g, "")}`}>{String(one["phone"])}</a>}
            {!isMissing(one["email"]) && <a href={`mailto:${encodeURIComponent(String(one["email"]))}`}>{String(one["email"])}</a>}
          </li>
        ))}
      </ul>
      <dl className="customer-facts">
        {fields.map((field) => (
          <div key={field.name}>
            <dt>{field.label}</dt>
            <dd><Value field={field} value={record[field.name]} record={record} /></dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Whom to call: who decides, else the first who can be reached, else the firm. */
function firstContact(record: Rec): { phone: string; email: string } {
  const contacts = [...((record["contacts"] ?? []) as Rec[])].sort((one, other) => Number(other["decides"] === true) - Number(one["decides"] === true));
  const first = (name: string): string => String(contacts.map((one) => one[name]).find((one) => !isMissing(one)) ?? record[name] ?? "");
  return { phone: first("phone"), email: first("email") };
}

