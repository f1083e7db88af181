/** What is open now: what customers owe by its age, and what we owe them by its promised week. */

import { useNavigate } from "@tanstack/react-router";
import { Empty, theme } from "antd";
import dayjs from "dayjs";
import { useMemo } from "react";
import { useAnswer, type Asked, type Measure } from "@/api/insight";
import { useSpeech } from "@/app/speech";
import { insight as words } from "@/messages/insight";
import { Chart } from "@/pages/insight/Chart";
import { both, write } from "@/pages/insight/figures";
import { Sheet } from "@/pages/insight/Sheet";

const AGES = ["not_due", "overdue_30", "overdue_60", "overdue_90", "overdue_longer"];
const PROMISES: Asked = { measures: ["backlog"], by: "time", grain: "week" };

export function Ages({ known }: { known: ReadonlyMap<string, Measure> }) {
  const speech = useSpeech();
  const navigate = useNavigate();
  const { token } = theme.useToken();
  const answer = useAnswer({ measures: AGES });
  const colours = [token.colorPrimary, token.colorWarning, token.colorWarningActive, token.colorError, token.colorErrorActive];
  const owed = answer.data?.total.now ?? {};
  const most = Math.max(1, ...AGES.map((one) => Math.abs(Number(owed[one] ?? 0))));
  return (
    <section className="chart">
      <h2>{speech.say(words.ages)}<Sheet asked={{ measures: ["receivable", ...AGES], by: "customer", limit: 500 }} label={speech.say(words.ages)} /></h2>
      <div className="ages">
        {AGES.map((one, at) => (
          <button
            key={one} type="button" title={known.get(one)?.formula}
            onClick={() => void navigate({ to: "/$entity", params: { entity: "receivable" }, search: { filter: answer.data?.conditions[one] } })}
          >
            <span>{known.get(one)?.label}</span>
            <i style={{ width: `${(Math.abs(Number(owed[one] ?? 0)) / most) * 100}%`, background: colours[at] }} />
            <strong>{write(owed[one], known.get(one), speech)}</strong>
          </button>
        ))}
      </div>
    </section>
  );
}

export function Promises({ today }: { today: string }) {
  const speech = useSpeech();
  const navigate = useNavigate();
  const { token } = theme.useToken();
  const answer = useAnswer(PROMISES);
  const option = useMemo(() => {
    const rows = answer.data?.rows ?? [];
    return {
      grid: { left: 4, right: 8, top: 30, bottom: 4, containLabel: true },
      legend: { top: 0, left: 0, icon: "roundRect", itemWidth: 12, itemHeight: 8, textStyle: { color: token.colorTextSecondary } },
      xAxis: { type: "category", data: rows.map((one) => (one.key === null ? speech.say(words.noDimension) : String(one.key).slice(5))), axisTick: { show: false }, axisLabel: { color: token.colorTextSecondary }, axisLine: { lineStyle: { color: token.colorBorder } } },
      yAxis: { type: "value", axisLabel: { color: token.colorTextSecondary, hideOverlap: true, formatter: (value: number) => speech.short(value) }, splitLine: { lineStyle: { color: token.colorBorderSecondary } } },
      series: [true, false].map((late) => ({
        name: speech.say(late ? words.late : words.ahead), type: "bar", stack: "all", barMaxWidth: 30, cursor: "pointer",
        data: rows.map((one) => (isLate(one.key, today) === late ? one.now["backlog"] : null)),
        itemStyle: { color: late ? token.colorError : token.colorPrimary, borderRadius: [3, 3, 0, 0] },
      })),
    };
  }, [answer.data, token, speech, today]);
  const open = (index: number): void => {
    const key = answer.data?.rows[index]?.key;
    if (key === undefined) return;
    const week = key === null ? "missing(promised)" : `promised >= "${String(key)}" and promised <= "${sundayOf(String(key))}"`;
    void navigate({ to: "/$entity", params: { entity: "sales_order" }, search: { filter: both(answer.data?.conditions["backlog"], week) } });
  };
  return (
    <section className="chart">
      <h2>{speech.say(words.promises)}<Sheet asked={PROMISES} label={speech.say(words.promises)} /></h2>
      {answer.data?.rows.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={speech.say(words.nothing)} />
      ) : (
        <Chart option={option} height={380} label={speech.say(words.promises)} onPress={open} />
      )}
    </section>
  );
}

const sundayOf = (monday: string): string => dayjs(monday).add(6, "day").format("YYYY-MM-DD");

/** A week is late when its last day has passed. */
const isLate = (monday: unknown, today: string): boolean => typeof monday === "string" && sundayOf(monday) < today;
