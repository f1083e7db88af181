/**
 * The dashboard: from the market's trend to a product's margin, live. Written by hand because it is
 * the page that managers look at all day; every number leads to the records that it sums.
 */

import { useNavigate } from "@tanstack/react-router";
import { Empty, Segmented, Select, Skeleton, Tag, theme } from "antd";
import dayjs from "dayjs";
import { useMemo, useState } from "react";
import { useAnswer, useLiveAnswers, useMeasures, type Answer, type Asked, type Measure, type Row } from "@/api/insight";
import { isRef } from "@/api/records";
import { useToday } from "@/api/meta";
import { Failed } from "@/app/Lost";
import { useSpeech, type Speech } from "@/app/speech";
import { insight as words } from "@/messages/insight";
import { Chart } from "@/pages/insight/Chart";
import "@/pages/insight/insight.css";

type Span = "thisMonth" | "last30" | "thisQuarter" | "thisYear" | "last12";
const SPANS: readonly Span[] = ["thisMonth", "last30", "thisQuarter", "thisYear", "last12"];
const FLOWS = ["ordered", "revenue", "margin", "margin_rate", "orders", "returned"] as const;
const STOCKS = ["backlog", "receivable", "overdue", "stock_value", "stock_alerts"] as const;
const TOP = 8;

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

interface Only {
  by: string;
  label: string;
  condition: string;
}

export function write(value: string | undefined, measure: Measure | undefined, speech: Speech): string {
  if (value === undefined || !measure) return "—";
  if (measure.written === "percent") return speech.percent(value, 1);
  if (measure.written === "count") return speech.number(value, { most: 0 });
  return speech.money(value);
}

/** A large amount in short, for tiles and axes: the exact one is a hover and a click away. */
function short(value: string | number, speech: Speech): string {
  return new Intl.NumberFormat(speech.language === "zh" ? "zh-CN" : "en-GB", { notation: "compact", maximumFractionDigits: 1 }).format(Number(value));
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
  if (measures.error) return <Failed error={measures.error} />;
  if (!measures.data) return <div className="waiting"><Skeleton active /></div>;
  const dimensions = known.get("revenue")?.by ?? [];
  const pick = (by: string, row: Row, label: string): void => {
    const condition = conditionOf(by, row);
    if (condition) setOnly((now) => [...now.filter((one) => one.by !== by), { by, label, condition }]);
  };
  return (
    <div className="dashboard">
      <header className="page-head">
        <h1>{say(words.title)}</h1>
        {whole.data && <AsOf answer={whole.data} />}
        <span className="gap" />
        {only.map((one) => (
          <Tag key={one.by} closable color="processing" onClose={() => setOnly((now) => now.filter((other) => other.by !== one.by))}>{say(words.filteredBy, { value: one.label })}</Tag>
        ))}
        <Select
          value={compare} onChange={setCompare} aria-label={say(words.compare)} style={{ minWidth: 92 }} popupMatchSelectWidth={false}
          options={[{ value: "year", label: say(words.againstYear) }, { value: "period", label: say(words.againstPeriod) }]}
        />
        <Segmented<Span> value={span} onChange={setSpan} options={SPANS.map((one) => ({ value: one, label: say(words[one]) }))} />
      </header>
      <div className="tiles">
        {entries.map((one) => <Tile key={one} measure={known.get(one)!} answer={whole.data} />)}
        {STOCKS.filter((one) => known.has(one)).map((one) => <NowTile key={one} measure={known.get(one)!} />)}
      </div>
      <div className="charts">
        <Trend known={known} asked={base} grain={days.grain} />
        {dimensions.some((one) => one.name === "region") && <Bars known={known} asked={base} by="region" label={labelOf(dimensions, "region")} onPick={pick} />}
        {dimensions.some((one) => one.name === "category") && <Bars known={known} asked={base} by="category" label={labelOf(dimensions, "category")} onPick={pick} />}
        {["product", "customer", "salesperson", "channel"].filter((by) => dimensions.some((one) => one.name === by)).map((by) => (
          <Ranking key={by} known={known} asked={base} by={by} label={labelOf(dimensions, by)} onPick={pick} />
        ))}
      </div>
    </div>
  );
}

const labelOf = (dimensions: Measure["by"], name: string): string => dimensions.find((one) => one.name === name)?.label ?? name;

function conditionOf(by: string, row: Row): string | null {
  if (isRef(row.key)) return `${by} == "${row.key.id}"`;
  if (typeof row.key === "string") return `${by} == ${JSON.stringify(row.key)}`;
  return row.key === null ? `missing(${by})` : null;
}

function nameOf(row: Row, speech: Speech): string {
  if (isRef(row.key)) return row.key.title ?? "…";
  return row.key === null ? speech.say(words.noDimension) : String(row.key);
}

function AsOf({ answer }: { answer: Answer }) {
  const speech = useSpeech();
  const at = new Intl.DateTimeFormat(speech.language === "zh" ? "zh-CN" : "en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false }).format(new Date(answer.as_of.at));
  return <span className="as-of" data-place={answer.as_of.place}><i />{speech.say(words.asOf, { at })}</span>;
}

/** How much more or less than before, as a share; nothing where there was nothing. */
function growth(now: string, before: string | undefined): number | null {
  const past = Number(before ?? 0);
  return past === 0 ? null : (Number(now) - past) / Math.abs(past);
}

function Tile({ measure, answer }: { measure: Measure; answer: Answer | undefined }) {
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
      <strong>{now === undefined ? "…" : isShare ? write(now, measure, speech) : short(now, speech)}</strong>
      {grown !== null && (
        <span className={grown * good >= 0 ? "up" : "down"}>
          {grown >= 0 ? "▲" : "▼"} {isShare ? `${Math.abs(grown * 100).toFixed(1)} pp` : speech.percent(String(Math.abs(grown)), 1)}
        </span>
      )}
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
      <strong>{now === undefined ? "…" : measure.written === "money" ? short(now, speech) : write(now, measure, speech)}</strong>
      <span className="quiet">{speech.say(words.openNow)}</span>
    </button>
  );
}

function Trend({ known, asked, grain }: { known: ReadonlyMap<string, Measure>; asked: Asked; grain: "day" | "week" | "month" }) {
  const speech = useSpeech();
  const { token } = theme.useToken();
  const lines = ["ordered", "revenue", "margin"].filter((one) => known.has(one));
  const answer = useAnswer({ ...asked, measures: lines, by: "time", grain });
  const colours = [token.colorTextQuaternary, token.colorPrimary, token.colorSuccess];
  const option = useMemo(() => {
    const rows = answer.data?.rows ?? [];
    return {
      grid: { left: 8, right: 12, top: 34, bottom: 4, containLabel: true },
      legend: { top: 0, left: 0, icon: "roundRect", itemWidth: 12, itemHeight: 8, textStyle: { color: token.colorTextSecondary } },
      xAxis: { type: "category", data: rows.map((one) => (grain === "month" ? String(one.key).slice(0, 7) : String(one.key).slice(5))), axisTick: { show: false }, axisLine: { lineStyle: { color: token.colorBorder } } },
      yAxis: { type: "value", axisLabel: { formatter: (value: number) => short(value, speech) }, splitLine: { lineStyle: { color: token.colorBorderSecondary } } },
      tooltip: { trigger: "axis", valueFormatter: (value: unknown) => speech.money(String(value)), backgroundColor: token.colorBgElevated, borderColor: token.colorBorderSecondary, textStyle: { color: token.colorText, fontSize: 12 } },
      series: [
        ...lines.map((name, at) => ({
          name: known.get(name)?.label, type: name === "ordered" ? "bar" : "line", data: rows.map((one) => one.now[name]), smooth: 0.25, symbol: "none",
          lineStyle: { width: 2.5 }, itemStyle: { color: colours[at], borderRadius: [3, 3, 0, 0] }, barMaxWidth: 26,
        })),
        {
          name: `${known.get("revenue")?.label ?? ""} · ${speech.say(words.before)}`, type: "line", symbol: "none", smooth: 0.25,
          data: rows.map((one) => one.before?.["revenue"] ?? null), lineStyle: { width: 1.5, type: "dashed", color: token.colorPrimaryBorderHover }, itemStyle: { color: token.colorPrimaryBorderHover },
        },
      ],
    };
  }, [answer.data, grain, token, speech, known]);
  return (
    <section className="chart wide">
      <h2>{speech.say(words.trend)}</h2>
      {answer.data && answer.data.rows.length === 0 ? <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={speech.say(words.nothing)} /> : <Chart option={option} height={270} label={speech.say(words.trend)} />}
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
  const answer = useAnswer({ ...asked, measures: shown, by, limit: TOP });
  const rows = useMemo(() => [...(answer.data?.rows ?? [])].reverse(), [answer.data]);
  const option = useMemo(
    () => ({
      grid: { left: 4, right: 16, top: 4, bottom: 4, containLabel: true },
      xAxis: { type: "value", axisLabel: { formatter: (value: number) => short(value, speech) }, splitLine: { lineStyle: { color: token.colorBorderSecondary } } },
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
      <h2>{speech.say(words.by, { dimension: label })}</h2>
      {answer.data && rows.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={speech.say(words.nothing)} />
      ) : (
        <Chart option={option} height={270} label={speech.say(words.by, { dimension: label })} onPress={(index) => rows[index] && onPick(by, rows[index], nameOf(rows[index], speech))} />
      )}
    </section>
  );
}

function Ranking({ known, asked, by, label, onPick }: PartProps) {
  const speech = useSpeech();
  const shown = ["revenue", "margin", "margin_rate"].filter((one) => known.has(one));
  const answer = useAnswer({ ...asked, measures: shown, by, limit: TOP });
  const rows = answer.data?.rows ?? [];
  const most = Math.max(1, ...rows.map((one) => Math.abs(Number(one.now["revenue"]))));
  return (
    <section className="chart">
      <h2>{speech.say(words.by, { dimension: label })}</h2>
      {answer.data && rows.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={speech.say(words.nothing)} />}
      <table className="ranking">
        <thead>
          <tr>
            <th />
            {shown.map((one) => <th key={one} className="num">{known.get(one)?.label}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              <td>
                <button type="button" onClick={() => onPick(by, row, nameOf(row, speech))}>{nameOf(row, speech)}</button>
                <div className="share" style={{ width: `${(Math.abs(Number(row.now["revenue"])) / most) * 100}%` }} />
              </td>
              {shown.map((one) => <td key={one} className="num" title={write(row.now[one], known.get(one), speech)}>{known.get(one)?.written === "money" ? short(row.now[one] ?? "0", speech) : write(row.now[one], known.get(one), speech)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
