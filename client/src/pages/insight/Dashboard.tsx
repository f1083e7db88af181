/**
 * The dashboard: from the market's trend to a product's margin, live. Written by hand because it is
 * the page that managers look at all day; every number leads to the records that it sums.
 */

import { Link, useNavigate } from "@tanstack/react-router";
import { UnorderedListOutlined } from "@ant-design/icons";
import { Button, Empty, Segmented, Select, Skeleton, Tag, theme } from "antd";
import dayjs from "dayjs";
import { useMemo, useState } from "react";
import { useAnswer, useLiveAnswers, useMeasures, type Answer, type Asked, type Measure, type Row } from "@/api/insight";
import { useToday } from "@/api/meta";
import { Failed } from "@/app/Lost";
import { useSpeech } from "@/app/speech";
import { insight as words } from "@/messages/insight";
import { Chart } from "@/pages/insight/Chart";
import { conditionOf, both, nameOf, write, type Only } from "@/pages/insight/figures";
import { Ages, Promises } from "@/pages/insight/Open";
import { Picks } from "@/pages/insight/Picks";
import { Spark } from "@/pages/insight/Spark";
import { Sheet } from "@/pages/insight/Sheet";
import "@/pages/insight/insight.css";

type Span = "thisMonth" | "last30" | "thisQuarter" | "thisYear" | "last12";
const SPANS: readonly Span[] = ["thisMonth", "last30", "thisQuarter", "thisYear", "last12"];
const FLOWS = ["ordered", "revenue", "margin", "margin_rate", "orders", "returned"] as const;
const STOCKS = ["backlog", "receivable", "overdue", "stock_value", "stock_alerts"] as const;
const TOP = 8;
/** By what it is narrowed most often: each has a picker of its own. */
const PICKED = ["region", "channel", "category", "salesperson"];

function daysOf(span: Span, today: string): { since: string; until: string; grain: "day" | "week" | "month" } {
  const day = dayjs(today);
  const from: Record<Span, [dayjs.Dayjs, "day" | "week" | "month"]> = {
    thisMonth: [day.startOf("month"), "day"],
    last30: [day.subtract(29, "day"), "day"],
    thisQuarter: [day.month(Math.floor(day.month() / 3) * 3).startOf("month"), "week"],
    thisYear: [day.startOf("year"), "month"],
    last12: [day.subtract(11, "month").startOf("month"), "month"],
  };
  const [since, grain] = from[span];
  return { since: since.format("YYYY-MM-DD"), until: today, grain };
}

export function Dashboard() {
  const speech = useSpeech();
  const { say } = speech;
  const today = useToday();
  const [span, setSpan] = useState<Span>("last30");
  const [compare, setCompare] = useState<"year" | "period">("year");
  const [only, setOnly] = useState<readonly Only[]>([]);
  const measures = useMeasures();
  const known = useMemo(() => new Map((measures.data ?? []).map((one) => [one.name, one])), [measures.data]);
  useLiveAnswers(measures.data ?? []);
  const days = daysOf(span, today);
  const filter = only.map((one) => one.condition).join(" and ");
  const flows = FLOWS.filter((one) => known.has(one));
  const entries = flows.filter((one) => known.get(one)?.entities.includes("sales_entry"));
  const base: Asked = { measures: entries, since: days.since, until: days.until, compare, filter };
  const whole = useAnswer(base, measures.isSuccess);
  const course = useAnswer({ ...base, by: "time", grain: days.grain }, measures.isSuccess);
  const silent = whole.data !== undefined && !only.length && ["ordered", "revenue"].every((one) => Number(whole.data.total.now[one] ?? 0) === 0);
  const ever = useAnswer({ measures: ["ordered"] }, silent && known.has("ordered"));
  if (measures.error) return <Failed error={measures.error} />;
  if (!measures.data) return <div className="waiting"><Skeleton active /></div>;
  const dimensions = known.get("revenue")?.by ?? [];
  const pick = (by: string, row: Row, label: string): void => {
    const condition = conditionOf(by, row);
    if (condition) setOnly((now) => [...now.filter((one) => one.by !== by), { by, label, condition }]);
  };
  const rankings = (names: readonly string[]) => names.filter((by) => dimensions.some((one) => one.name === by)).map((by) => (
    <Ranking key={by} known={known} asked={base} by={by} label={labelOf(dimensions, by)} onPick={pick} />
  ));
  return (
    <div className="dashboard">
      <header className="page-head">
        <h1>{say(words.title)}</h1>
        {whole.data && <AsOf answer={whole.data} />}
        <span className="gap" />
        {only.filter((one) => !PICKED.includes(one.by)).map((one) => (
          <Tag key={one.by} closable color="processing" onClose={() => setOnly((now) => now.filter((other) => other.by !== one.by))}>{say(words.filteredBy, { value: one.label })}</Tag>
        ))}
        <Select
          value={compare} onChange={setCompare} aria-label={say(words.compare)} style={{ minWidth: 92 }} popupMatchSelectWidth={false}
          options={[{ value: "year", label: say(words.againstYear) }, { value: "period", label: say(words.againstPeriod) }]}
        />
        <Segmented<Span> value={span} onChange={setSpan} options={SPANS.map((one) => ({ value: one, label: say(words[one]) }))} />
      </header>
      <Picks dimensions={dimensions.filter((one) => PICKED.includes(one.name))} only={only} onChange={setOnly} />
      {silent && ever.data && Number(ever.data.total.now["ordered"]) === 0 && (
        <section className="beginning">
          <h2>{say(words.beginning)}</h2>
          <p>{say(words.beginningHow)}</p>
          <Link to="/$entity" params={{ entity: "sales_order" }}><Button type="primary">{say(words.toOrders)}</Button></Link>
        </section>
      )}
      <div className="tiles">
        {entries.map((one) => <Tile key={one} measure={known.get(one)!} answer={whole.data} course={course.data?.rows} />)}
      </div>
      <div className="tiles">
        {STOCKS.filter((one) => known.has(one)).map((one) => <NowTile key={one} measure={known.get(one)!} />)}
      </div>
      <div className="charts">
        <Trend known={known} answer={course.data} grain={days.grain} asked={{ ...base, by: "time", grain: days.grain }} />
        {dimensions.some((one) => one.name === "region") && <Bars known={known} asked={base} by="region" label={labelOf(dimensions, "region")} onPick={pick} />}
        {dimensions.some((one) => one.name === "category") && <Bars known={known} asked={base} by="category" label={labelOf(dimensions, "category")} onPick={pick} />}
        {rankings(["product", "customer"])}
        {known.has("not_due") && <Ages known={known} />}
        {known.has("backlog") && <Promises today={today} />}
        {rankings(["salesperson", "channel"])}
      </div>
    </div>
  );
}

const labelOf = (dimensions: Measure["by"], name: string): string => dimensions.find((one) => one.name === name)?.label ?? name;

function AsOf({ answer }: { answer: Answer }) {
  const speech = useSpeech();
  return <span className="as-of" data-place={answer.as_of.place}><i />{speech.say(words.asOf, { at: speech.clock(answer.as_of.at) })}</span>;
}

/** How much more or less than before, as a share; nothing where there was nothing. */
function growth(now: string, before: string | undefined): number | null {
  const past = Number(before ?? 0);
  return past === 0 ? null : (Number(now) - past) / Math.abs(past);
}

function Tile({ measure, answer, course }: { measure: Measure; answer: Answer | undefined; course: Row[] | undefined }) {
  const speech = useSpeech();
  const navigate = useNavigate();
  const now = answer?.total.now[measure.name];
  const before = answer?.total.before?.[measure.name];
  const isShare = measure.written === "percent";
  const grown = now === undefined ? null : isShare ? (before === undefined ? null : Number(now) - Number(before)) : growth(now, before);
  /** A derived measure leads to the records of what it is made of. */
  const condition = answer?.conditions[measure.name] ?? answer?.conditions["revenue"];
  const good = measure.name === "returned" ? -1 : 1;
  return (
    <button
      type="button" className="tile" title={`${write(now, measure, speech)}\n${measure.formula}`}
      onClick={() => void navigate({ to: "/$entity", params: { entity: measure.entities[0] ?? "sales_entry" }, search: { filter: condition } })}
    >
      <small>{measure.label}</small>
      <strong>{now === undefined ? "…" : isShare ? write(now, measure, speech) : speech.short(now)}</strong>
      {grown === null ? <span className="quiet">–</span> : (
        <span className={grown * good >= 0 ? "up" : "down"}>
          {grown >= 0 ? "▲" : "▼"} {isShare ? `${Math.abs(grown * 100).toFixed(1)} pp` : speech.percent(String(Math.abs(grown)), 1)}
        </span>
      )}
      <Spark values={(course ?? []).map((row) => Number(row.now[measure.name] ?? 0))} />
    </button>
  );
}

function NowTile({ measure }: { measure: Measure }) {
  const speech = useSpeech();
  const navigate = useNavigate();
  const answer = useAnswer({ measures: [measure.name] });
  const now = answer.data?.total.now[measure.name];
  return (
    <button
      type="button" className="tile now" title={`${write(now, measure, speech)}\n${measure.formula}`}
      onClick={() => void navigate({ to: "/$entity", params: { entity: measure.entities[0] ?? "sales_order" }, search: { filter: answer.data?.conditions[measure.name] } })}
    >
      <small>{measure.label}</small>
      <strong>{now === undefined ? "…" : measure.written === "money" ? speech.short(now) : write(now, measure, speech)}</strong>
      <span className="quiet">{speech.say(words.openNow)}</span>
    </button>
  );
}

function Trend({ known, answer, grain, asked }: { known: ReadonlyMap<string, Measure>; answer: Answer | undefined; grain: "day" | "week" | "month"; asked: Asked }) {
  const speech = useSpeech();
  const { token } = theme.useToken();
  const lines = useMemo(() => ["ordered", "revenue", "margin"].filter((one) => known.has(one)), [known]);
  const colours = [token.colorTextQuaternary, token.colorPrimary, token.colorSuccess];
  const option = useMemo(() => {
    const rows = answer?.rows ?? [];
    return {
      grid: { left: 8, right: 12, top: 34, bottom: 4, containLabel: true },
      legend: { top: 0, left: 0, icon: "roundRect", itemWidth: 12, itemHeight: 8, textStyle: { color: token.colorTextSecondary } },
      xAxis: { type: "category", data: rows.map((one) => (grain === "month" ? String(one.key).slice(0, 7) : String(one.key).slice(5))), axisTick: { show: false }, axisLabel: { color: token.colorTextSecondary }, axisLine: { lineStyle: { color: token.colorBorder } } },
      yAxis: { type: "value", axisLabel: { color: token.colorTextSecondary, hideOverlap: true, formatter: (value: number) => speech.short(value) }, splitLine: { lineStyle: { color: token.colorBorderSecondary } } },
      tooltip: { trigger: "axis", valueFormatter: (value: unknown) => speech.money(String(value)), backgroundColor: token.colorBgElevated, borderColor: token.colorBorderSecondary, textStyle: { color: token.colorText, fontSize: 12 } },
      series: [
        ...lines.map((name, at) => ({
          name: known.get(name)?.label, type: name === "ordered" ? "bar" : "line", data: rows.map((one) => one.now[name]), smooth: 0.3, smoothMonotone: "x", symbol: "none",
          lineStyle: { width: 2.5 }, itemStyle: { color: colours[at], borderRadius: [3, 3, 0, 0] }, barMaxWidth: 26,
        })),
        {
          name: `${known.get("revenue")?.label ?? ""} · ${speech.say(words.before)}`, type: "line", symbol: "none", smooth: 0.3, smoothMonotone: "x",
          data: rows.map((one) => one.before?.["revenue"] ?? null), lineStyle: { width: 1.5, type: "dashed", color: token.colorPrimaryBorderHover }, itemStyle: { color: token.colorPrimaryBorderHover },
        },
      ],
    };
  }, [answer, grain, token, speech, known, lines]);
  return (
    <section className="chart wide">
      <h2>{speech.say(words.trend)}<Sheet asked={asked} label={speech.say(words.trend)} /></h2>
      {answer && answer.rows.length === 0 ? <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={speech.say(words.nothing)} /> : <Chart option={option} height={270} label={speech.say(words.trend)} />}
    </section>
  );
}

interface PartProps {
  known: ReadonlyMap<string, Measure>;
  asked: Asked;
  by: string;
  label: string;
  onPick: (by: string, row: Row, label: string) => void;
}

function Bars({ known, asked, by, label, onPick }: PartProps) {
  const speech = useSpeech();
  const { token } = theme.useToken();
  const shown = ["revenue", "margin"].filter((one) => known.has(one));
  const question: Asked = { ...asked, measures: shown, by, limit: TOP };
  const answer = useAnswer(question);
  const rows = useMemo(() => [...(answer.data?.rows ?? [])].reverse(), [answer.data]);
  const option = useMemo(
    () => ({
      grid: { left: 4, right: 16, top: 4, bottom: 4, containLabel: true },
      xAxis: { type: "value", axisLabel: { color: token.colorTextSecondary, hideOverlap: true, formatter: (value: number) => speech.short(value) }, splitLine: { lineStyle: { color: token.colorBorderSecondary } } },
      yAxis: { type: "category", data: rows.map((one) => nameOf(one, speech)), axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: token.colorText, width: 110, overflow: "truncate" } },
      tooltip: { trigger: "axis", confine: true, valueFormatter: (value: unknown) => speech.money(String(value)), backgroundColor: token.colorBgElevated, borderColor: token.colorBorderSecondary, textStyle: { color: token.colorText, fontSize: 12 } },
      series: shown.map((name, at) => ({
        name: known.get(name)?.label, type: "bar", data: rows.map((one) => one.now[name]), barGap: "-100%", barMaxWidth: 18, cursor: "pointer",
        itemStyle: { color: at === 0 ? token.colorPrimaryBorder : token.colorPrimary, borderRadius: [0, 4, 4, 0] },
      })),
    }),
    [rows, token, speech, known],
  );
  return (
    <section className="chart">
      <h2>{speech.say(words.by, { dimension: label })}<Sheet asked={{ ...question, limit: 500 }} label={label} /></h2>
      {answer.data && rows.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={speech.say(words.nothing)} />
      ) : (
        <Chart option={option} height={380} label={speech.say(words.by, { dimension: label })} onPress={(index) => rows[index] && onPick(by, rows[index], nameOf(rows[index], speech))} />
      )}
    </section>
  );
}

function Ranking({ known, asked, by, label, onPick }: PartProps) {
  const speech = useSpeech();
  const shown = ["revenue", "margin", "margin_rate"].filter((one) => known.has(one));
  const question: Asked = { ...asked, measures: shown, by, limit: TOP };
  const answer = useAnswer(question);
  const rows = answer.data?.rows ?? [];
  const figures = (row: Row) => shown.map((one) => (
    <td key={one} className="num" title={write(row.now[one], known.get(one), speech)}>
      {known.get(one)?.written === "money" ? speech.short(row.now[one] ?? "0") : write(row.now[one], known.get(one), speech)}
    </td>
  ));
  const most = Math.max(1, ...rows.map((one) => Math.abs(Number(one.now["revenue"]))));
  return (
    <section className="chart">
      <h2>{speech.say(words.by, { dimension: label })}<Sheet asked={{ ...question, limit: 500 }} label={label} /></h2>
      {answer.data && rows.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={speech.say(words.nothing)} />}
      <table className="ranking">
        <thead>
          <tr>
            <th />
            {shown.map((one) => <th key={one} className="num">{known.get(one)?.label}</th>)}
            <th className="to" />
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              <td>
                <button type="button" onClick={() => onPick(by, row, nameOf(row, speech))}>{nameOf(row, speech)}</button>
                <div className="share" style={{ width: `${(Math.abs(Number(row.now["revenue"])) / most) * 100}%` }} />
              </td>
              {figures(row)}
              <td className="to">
                <Link to="/$entity" params={{ entity: "sales_entry" }} search={{ filter: both(answer.data?.conditions["revenue"], conditionOf(by, row) ?? "") }} aria-label={speech.say(words.recordsOf, { value: nameOf(row, speech) })} title={speech.say(words.records)}>
                  <UnorderedListOutlined />
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
        {answer.data && rows.length > 0 && (
          <tfoot>
            {answer.data.others && <tr><td>{speech.say(words.rest)}</td>{figures(answer.data.others)}<td className="to" /></tr>}
            <tr className="whole"><td>{speech.say(words.whole)}</td>{figures(answer.data.total)}<td className="to" /></tr>
          </tfoot>
        )}
      </table>
    </section>
  );
}
