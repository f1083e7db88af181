/**
 * The books: receivables by age, trial balance, profit and loss, balance sheet, cash to come. Written
 * by hand because statements are no lists of records; every figure leads to the vouchers behind it.
 */

import { CheckCircleFilled } from "@ant-design/icons";
import { useQuery, keepPreviousData } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { DatePicker, Empty, Result, Segmented, Skeleton, Space, Tabs } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { get, Problem } from "@/api/http";
import { useToday } from "@/api/meta";
import { useSome } from "@/api/records";
import { Failed } from "@/app/Lost";
import { useSettings } from "@/app/settings";
import { useSpeech } from "@/app/speech";
import { books as words } from "@/messages/books";
import "@/pages/books/books.css";

const PARTS = ["ageing", "trial", "profit", "balance", "cash"] as const;
type Part = (typeof PARTS)[number];

export function Books() {
  const { say } = useSpeech();
  const navigate = useNavigate();
  const asked = useSearch({ strict: false }) as { part?: string };
  const part = PARTS.find((one) => one === asked.part) ?? "ageing";
  const pages: Record<Part, React.ReactNode> = {
    ageing: <AgedReceivables />, trial: <TrialBalance />, profit: <ProfitAndLoss />, balance: <BalanceSheet />, cash: <CashForecast />,
  };
  return (
    <>
      <header className="page-head"><h1>{say(words.title)}</h1></header>
      <div className="page-body">
        <Tabs
          activeKey={part} destroyOnHidden items={PARTS.map((one) => ({ key: one, label: say(words[one]), children: pages[one] }))}
          onChange={(key) => void navigate({ to: ".", search: (() => ({ part: key })) as never, replace: true })}
        />
      </div>
    </>
  );
}

function useAnswered<T>(path: string, given: Record<string, string>) {
  const { language } = useSettings();
  return useQuery({
    queryKey: ["list", path.split("/")[1], "question", path, given, language],
    queryFn: async ({ signal }) => (await get<{ answer: T }>(path, given, signal)).answer,
    placeholderData: keepPreviousData,
  });
}

function Shown<T>({ found, children }: { found: ReturnType<typeof useAnswered<T>>; children: (answer: T) => React.ReactNode }) {
  const { say } = useSpeech();
  if (found.error instanceof Problem && found.error.status === 403) return <Result status="403" title={say(words.noRight)} />;
  if (found.error) return <Failed error={found.error} reset={() => void found.refetch()} />;
  return found.data ? <>{children(found.data)}</> : <Skeleton active />;
}

function Day({ value, label, onChange }: { value: string; label: string; onChange: (day: string) => void }) {
  return (
    <label className="books-day">
      <span className="quiet">{label}</span>
      <DatePicker value={dayjs(value)} allowClear={false} format="YYYY-MM-DD" aria-label={label} onChange={(day) => day && onChange(day.format("YYYY-MM-DD"))} />
    </label>
  );
}

function Amount({ value, to }: { value: string; to?: { entity: string; filter: string } }) {
  const speech = useSpeech();
  const text = value === "0" ? "—" : speech.money(value);
  if (!to || value === "0") return <span className="num">{text}</span>;
  return <Link className="num" to="/$entity" params={{ entity: to.entity }} search={{ filter: to.filter }}>{text}</Link>;
}

/** The vouchers that moved an account between two days. */
const vouchers = (account: string, first: string, last: string) => ({
  entity: "journal_entry", filter: `any(line.account == "${account}" for line in lines) and day >= "${first}" and day <= "${last}"`,
});

// Receivables by age

interface Ageing {
  amounts: [{ code: string; first: number | null; last: number | null }, string][];
  unapplied: string;
  total: string;
}

interface Aged {
  as_of: string;
  customers: Record<string, Ageing>;
  all: Ageing;
}

const SOME = 200;

function AgedReceivables() {
  const { say } = useSpeech();
  const [day, setDay] = useState(useToday());
  const [by, setBy] = useState<"due" | "document">("due");
  const found = useAnswered<Aged>("/receivable/question/aged", { as_of: day, by });
  const customers = Object.entries(found.data?.customers ?? {})
    .filter(([, one]) => one.total !== "0" || one.unapplied !== "0")
    .sort(([, one], [, other]) => Number(other.total) - Number(one.total));
  const ids = customers.slice(0, SOME).map(([id]) => `"${id}"`);
  const names = useSome("customer", { filter: `id in (${ids.join(", ")})`, fields: "name", limit: SOME }, ids.length > 0);
  const nameOf = new Map((names.data?.records ?? []).map((one) => [one.id, String(one["name"])]));
  const bucket = ({ code, first, last }: { code: string; first: number | null; last: number | null }): string => {
    if (code === "not_due") return say(words.notDue);
    const days = first !== null && last !== null ? `${first}–${last}` : first !== null ? `> ${first - 1}` : `≤ ${last}`;
    return say(words.days, { days });
  };
  return (
    <>
      <Space className="books-asked" wrap>
        <Day value={day} label={say(words.asOf)} onChange={setDay} />
        <Segmented value={by} onChange={setBy} options={[{ value: "due", label: say(words.byDue) }, { value: "document", label: say(words.byDocument) }]} />
      </Space>
      <Shown found={found}>
        {(answer) => {
          const most = Math.max(1, ...answer.all.amounts.map(([, amount]) => Number(amount)));
          return (
            <>
              <div className="age-bars" aria-hidden>
                {answer.all.amounts.map(([one, amount]) => (
                  <div key={one.code}>
                    <div className="age-bar"><i style={{ height: `${(Number(amount) / most) * 100}%` }} className={one.code === "not_due" ? "" : "late"} /></div>
                    <small>{bucket(one)}</small>
                  </div>
                ))}
              </div>
              <table className="statement">
                <thead>
                  <tr>
                    <th>{say(words.customer)}</th>
                    {answer.all.amounts.map(([one]) => <th key={one.code} className="num">{bucket(one)}</th>)}
                    <th className="num">{say(words.unapplied)}</th>
                    <th className="num">{say(words.sum)}</th>
                  </tr>
                </thead>
                <tbody>
                  {customers.map(([id, one]) => (
                    <tr key={id}>
                      <td><Link to="/$entity/$id" params={{ entity: "customer", id }}>{nameOf.get(id) ?? "…"}</Link></td>
                      {one.amounts.map(([known, amount]) => (
                        <td key={known.code} className="num"><Amount value={amount} to={{ entity: "receivable", filter: `customer == "${id}" and is_open` }} /></td>
                      ))}
                      <td className="num"><Amount value={one.unapplied} /></td>
                      <td className="num"><b><Amount value={one.total} to={{ entity: "receivable", filter: `customer == "${id}"` }} /></b></td>
                    </tr>
                  ))}
                </tbody>
                <tfoot>
                  <tr>
                    <th>{say(words.sum)}</th>
                    {answer.all.amounts.map(([one, amount]) => <th key={one.code} className="num"><Amount value={amount} /></th>)}
                    <th className="num"><Amount value={answer.all.unapplied} /></th>
                    <th className="num"><Amount value={answer.all.total} /></th>
                  </tr>
                </tfoot>
              </table>
            </>
          );
        }}
      </Shown>
    </>
  );
}

// Statements

interface Moved {
  account: string;
  code: string;
  name: string;
  opening: string;
  debit: string;
  credit: string;
  closing: string;
}

interface Line {
  account: string | null;
  code: string;
  name: string;
  amount: string;
}

function useDays(): [string, string, React.ReactNode] {
  const { say } = useSpeech();
  const today = useToday();
  const [first, setFirst] = useState(`${today.slice(0, 4)}-01-01`);
  const [last, setLast] = useState(today);
  return [
    first, last,
    <Space key="days" className="books-asked" wrap>
      <Day value={first} label={say(words.from)} onChange={setFirst} />
      <Day value={last} label={say(words.until)} onChange={setLast} />
    </Space>,
  ];
}

function TrialBalance() {
  const { say } = useSpeech();
  const [first, last, days] = useDays();
  const found = useAnswered<{ accounts: Moved[] }>("/account/question/trial_balance", { first, last });
  return (
    <>
      {days}
      <Shown found={found}>
        {({ accounts }) => (
          <table className="statement">
            <thead>
              <tr>
                <th colSpan={2}>{say(words.code)}</th>
                {(["opening", "debit", "credit", "closing"] as const).map((one) => <th key={one} className="num">{say(words[one])}</th>)}
              </tr>
            </thead>
            <tbody>
              {accounts.map((one) => (
                <tr key={one.account}>
                  <td className="num code">{one.code}</td>
                  <td><Link to="/$entity/$id" params={{ entity: "account", id: one.account }}>{one.name}</Link></td>
                  <td className="num"><Amount value={one.opening} /></td>
                  <td className="num"><Amount value={one.debit} to={vouchers(one.account, first, last)} /></td>
                  <td className="num"><Amount value={one.credit} to={vouchers(one.account, first, last)} /></td>
                  <td className="num"><b><Amount value={one.closing} /></b></td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Shown>
    </>
  );
}

function ProfitAndLoss() {
  const { say } = useSpeech();
  const [first, last, days] = useDays();
  const found = useAnswered<{ income: Line[]; expenses: Line[]; result: string }>("/account/question/profit_and_loss", { first, last });
  return (
    <>
      {days}
      <Shown found={found}>
        {({ income, expenses, result }) =>
          income.length + expenses.length === 0 ? (
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={say(words.empty)} />
          ) : (
            <table className="statement narrow">
              <Part title={say(words.income)} lines={income} first={first} last={last} />
              <Part title={say(words.expenses)} lines={expenses} first={first} last={last} />
              <tfoot><tr><th colSpan={2}>{say(words.result)}</th><th className="num"><Amount value={result} /></th></tr></tfoot>
            </table>
          )
        }
      </Shown>
    </>
  );
}

function Part({ title, lines, first, last }: { title: string; lines: readonly Line[]; first: string; last: string }) {
  return (
    <tbody>
      <tr className="part"><th colSpan={3}>{title}</th></tr>
      {lines.map((one) => (
        <tr key={one.code}>
          <td className="num code">{one.code}</td>
          <td>{one.name}</td>
          <td className="num"><Amount value={one.amount} to={one.account ? vouchers(one.account, first, last) : undefined} /></td>
        </tr>
      ))}
    </tbody>
  );
}

interface Sheet {
  day: string;
  assets: Line[];
  liabilities: Line[];
  equity: Line[];
  result: string;
  assets_total: string;
  claims_total: string;
}

const LONG_AGO = "1900-01-01";

function BalanceSheet() {
  const { say } = useSpeech();
  const [day, setDay] = useState(useToday());
  const found = useAnswered<Sheet>("/account/question/balance_sheet", { day });
  return (
    <>
      <Space className="books-asked"><Day value={day} label={say(words.asOf)} onChange={setDay} /></Space>
      <Shown found={found}>
        {(sheet) => (
          <div className="two-sides">
            <table className="statement">
              <Part title={say(words.assets)} lines={sheet.assets} first={LONG_AGO} last={day} />
              <tfoot><tr><th colSpan={2}>{say(words.sum)}</th><th className="num"><Amount value={sheet.assets_total} /></th></tr></tfoot>
            </table>
            <table className="statement">
              <Part title={say(words.liabilities)} lines={sheet.liabilities} first={LONG_AGO} last={day} />
              <Part title={say(words.equity)} lines={[...sheet.equity, { account: null, code: "", name: say(words.resultSoFar), amount: sheet.result }]} first={LONG_AGO} last={day} />
              <tfoot>
                <tr>
                  <th colSpan={2}>{say(words.sum)} {sheet.assets_total === sheet.claims_total && <span className="ties"><CheckCircleFilled /> {say(words.ties)}</span>}</th>
                  <th className="num"><Amount value={sheet.claims_total} /></th>
                </tr>
              </tfoot>
            </table>
          </div>
        )}
      </Shown>
    </>
  );
}

interface Forecast {
  overdue: string;
  weeks: { monday: string; invoiced: string; to_be_invoiced: string; total: string }[];
  later: string;
}

function CashForecast() {
  const speech = useSpeech();
  const { say } = speech;
  const found = useAnswered<Forecast>("/receivable/question/cash_forecast", {});
  return (
    <Shown found={found}>
      {({ overdue, weeks, later }) => {
        const most = Math.max(1, ...weeks.map((one) => Number(one.total)));
        return (
          <table className="statement">
            <thead>
              <tr><th>{say(words.week)}</th><th className="num">{say(words.invoiced)}</th><th className="num">{say(words.toBeInvoiced)}</th><th className="num">{say(words.sum)}</th><th className="bar-head" /></tr>
            </thead>
            <tbody>
              <tr><td>{say(words.overdue)}</td><td /><td /><td className="num"><b><Amount value={overdue} to={{ entity: "receivable", filter: "is_open and due < today" }} /></b></td><td /></tr>
              {weeks.map((one) => (
                <tr key={one.monday}>
                  <td>{speech.day(one.monday)}</td>
                  <td className="num"><Amount value={one.invoiced} /></td>
                  <td className="num"><Amount value={one.to_be_invoiced} /></td>
                  <td className="num"><b><Amount value={one.total} /></b></td>
                  <td><div className="cash-bar"><i style={{ width: `${(Number(one.invoiced) / most) * 100}%` }} /><i className="soft" style={{ width: `${(Number(one.to_be_invoiced) / most) * 100}%` }} /></div></td>
                </tr>
              ))}
              <tr><td>{say(words.later)}</td><td /><td /><td className="num"><b><Amount value={later} /></b></td><td /></tr>
            </tbody>
          </table>
        );
      }}
    </Shown>
  );
}
