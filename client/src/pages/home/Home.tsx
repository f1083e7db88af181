/**
 * Where the day begins, for each role: what waits for me, what needs me, my numbers, where I was.
 * Written by hand because it is about a person, not about a kind of record.
 */

import { BarChartOutlined, BarcodeOutlined, InboxOutlined, PlusOutlined, StarFilled } from "@ant-design/icons";
import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Empty } from "antd";
import { get } from "@/api/http";
import { useInbox } from "@/api/inbox";
import { useAnswer, useLiveAnswers, useMeasures, type Measure } from "@/api/insight";
import { may, useHouse, useToday } from "@/api/meta";
import { useMe } from "@/api/me";
import type { Page } from "@/api/records";
import { useFavourites, useRecent, type Known } from "@/app/recent";
import { useSettings } from "@/app/settings";
import { useSpeech } from "@/app/speech";
import type { Tree } from "@/list/filter";
import { home as words } from "@/messages/home";
import type { Word } from "@/messages/words";
import { Approvals } from "@/pages/inbox/Approvals";
import "@/pages/home/home.css";

interface Matter {
  entity: string;
  word: Word;
  filter: Tree;
  sort?: string;
  /** Only for whoever may do something about it. */
  needs?: string;
  urgent?: boolean;
}

const TODAY = "today";
const among = (field: string, ...value: string[]): Tree => ({ field, op: "in", value });
const MATTERS: readonly Matter[] = [
  { entity: "sales_order", word: words.lateOrders, needs: "confirm", urgent: true, filter: { all: [among("state", "confirmed"), { field: "promised", op: "lt", value: TODAY }] }, sort: "promised" },
  { entity: "sales_order", word: words.draftOrders, needs: "confirm", filter: among("state", "draft"), sort: "-day" },
  { entity: "shipment", word: words.toPick, needs: "pick", filter: among("state", "planned"), sort: "due" },
  { entity: "shipment", word: words.toShip, needs: "ship", filter: among("state", "picked", "packed"), sort: "due" },
  { entity: "receivable", word: words.overdue, urgent: true, filter: { all: [{ field: "is_open", op: "eq", value: true }, { field: "due", op: "lt", value: TODAY }] }, sort: "due" },
  { entity: "invoice", word: words.draftInvoices, needs: "issue", filter: among("state", "draft") },
  { entity: "stock_alert", word: words.alerts, urgent: true, filter: among("state", "open") },
  { entity: "replenishment_proposal", word: words.proposals, needs: "accept", filter: among("state", "proposed") },
  { entity: "sales_return", word: words.returns, needs: "receive", filter: among("state", "draft") },
];
const NUMBERS = ["ordered", "revenue", "margin", "margin_rate"] as const;

export function Home() {
  const { say } = useSpeech();
  const me = useMe();
  const house = useHouse();
  const inbox = useInbox();
  const hour = new Date().getHours();
  const hello = hour < 12 ? words.morning : hour < 18 ? words.afternoon : words.evening;
  const approvals = inbox.data?.approvals ?? [];
  const can = (entity: string, operation: string): boolean => may(house.entities.find((one) => one.name === entity), operation);
  return (
    <div className="home">
      <header className="page-head">
        <div className="record-title">
          <h1>{say(hello, { name: me.person?.name ?? me.name })}</h1>
          <small className="quiet">{[house.company.name, ...(me.roles?.map((one) => one.name) ?? [])].join(" · ")}</small>
        </div>
        <span className="gap" />
        {can("sales_order", "create") && <Link to="/$entity/new" params={{ entity: "sales_order" }}><Button type="primary" icon={<PlusOutlined />}>{say(words.newOrder)}</Button></Link>}
        {can("shipment", "pick") && <Link to="/warehouse-floor"><Button icon={<BarcodeOutlined />}>{say(words.floor)}</Button></Link>}
        {can("sales_entry", "read") || house.entities.some((one) => one.name === "sales_entry") ? <Link to="/dashboard"><Button icon={<BarChartOutlined />}>{say(words.dashboard)}</Button></Link> : null}
      </header>
      <div className="home-grid">
        <div className="home-main">
          <Numbers />
          <Attention />
          {approvals.length > 0 && (
            <section className="sheet">
              <h2><InboxOutlined /> {say(words.approvals)}</h2>
              <Approvals approvals={approvals.slice(0, 6)} />
              <Link to="/inbox">{say(words.all)}</Link>
            </section>
          )}
        </div>
        <aside className="home-side">
          <Records />
        </aside>
      </div>
    </div>
  );
}

/** What needs somebody today, counted; what is nothing isn't shown. */
function Attention() {
  const speech = useSpeech();
  const house = useHouse();
  const { language } = useSettings();
  const shown = MATTERS.filter((one) => {
    const entity = house.entities.find((known) => known.name === one.entity);
    return entity && (!one.needs || may(entity, one.needs));
  });
  const counts = useQueries({
    queries: shown.map((one) => ({
      queryKey: ["list", one.entity, "matter", one.filter, language],
      queryFn: async ({ signal }: { signal: AbortSignal }) =>
        (await get<Page>(`/${one.entity}`, { filter: JSON.stringify(one.filter), limit: 1, count: true }, signal)).count?.number ?? 0,
    })),
    combine: (found) => found.map((one) => one.data),
  });
  const matters = shown.map((one, at) => ({ ...one, count: counts[at] })).filter((one) => one.count !== 0);
  return (
    <section className="sheet">
      <h2>{speech.say(words.attention)}</h2>
      {matters.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={speech.say(words.nothing)} />
      ) : (
        <div className="matters">
          {matters.map((one) => (
            <Link key={`${one.entity}${one.word.en}`} to="/$entity" params={{ entity: one.entity }} search={{ filter: JSON.stringify(one.filter), sort: one.sort }} className={one.urgent ? "matter urgent" : "matter"}>
              <strong>{one.count === undefined ? "…" : speech.number(one.count)}</strong>
              <span>{speech.say(one.word)}</span>
            </Link>
          ))}
        </div>
      )}
    </section>
  );
}

/** This month beside the same days of last month, of what one may see. */
function Numbers() {
  const speech = useSpeech();
  const today = useToday();
  const measures = useMeasures();
  useLiveAnswers(measures.data ?? []);
  const known = new Map((measures.data ?? []).map((one) => [one.name, one]));
  const shown = NUMBERS.filter((one) => known.has(one));
  const month = { since: `${today.slice(0, 8)}01`, until: today };
  const answer = useAnswer({ measures: shown, ...month, compare: "year" }, shown.length > 0);
  if (shown.length === 0) return null;
  return (
    <section className="tiles home-tiles" aria-label={speech.say(words.numbers)}>
      {shown.map((name) => <Figure key={name} measure={known.get(name)!} now={answer.data?.total.now[name]} before={answer.data?.total.before?.[name]} />)}
    </section>
  );
}

function Figure({ measure, now, before }: { measure: Measure; now: string | undefined; before: string | undefined }) {
  const speech = useSpeech();
  const isShare = measure.written === "percent";
  const past = Number(before ?? 0);
  const grown = now === undefined || past === 0 ? null : isShare ? Number(now) - past : (Number(now) - past) / Math.abs(past);
  return (
    <Link to="/dashboard" className="tile" title={measure.formula}>
      <small>{speech.say(words.thisMonth, { label: measure.label })}</small>
      <strong>{now === undefined ? "…" : isShare ? speech.percent(now) : speech.money(now)}</strong>
      {grown !== null && (
        <span className={grown >= 0 ? "up" : "down"}>{grown >= 0 ? "▲" : "▼"} {isShare ? `${Math.abs(grown * 100).toFixed(1)} pp` : speech.percent(String(Math.abs(grown)))} {speech.say(words.yearOnYear)}</span>
      )}
    </Link>
  );
}

function Records() {
  const { say } = useSpeech();
  const recent = useRecent();
  const { favourites } = useFavourites();
  return (
    <>
      {favourites.length > 0 && (
        <section className="sheet">
          <h2><StarFilled className="star" /> {say(words.favourites)}</h2>
          <Some records={favourites} />
        </section>
      )}
      <section className="sheet">
        <h2>{say(words.recent)}</h2>
        {recent.length === 0 ? <p className="quiet">{say(words.noRecent)}</p> : <Some records={recent} />}
      </section>
    </>
  );
}

function Some({ records }: { records: readonly Known[] }) {
  const house = useHouse();
  return (
    <ul className="known">
      {records.map((one) => (
        <li key={one.id}>
          <Link to="/$entity/$id" params={{ entity: one.entity, id: one.id }}>{one.title}</Link>
          <small className="quiet">{house.entities.find((known) => known.name === one.entity)?.label}</small>
        </li>
      ))}
    </ul>
  );
}
