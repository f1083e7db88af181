/** Twelve months of orders as bars, the year before as a line; each bar leads to its month's orders. */

import { Link } from "@tanstack/react-router";
import Decimal from "decimal.js";
import { useSpeech } from "@/app/speech";
import { customerPage as words } from "@/messages/customerPage";
import { behind } from "@/pages/customer/behind";
import type { Month, Overview } from "@/pages/customer/overview";

type Revenue = NonNullable<Overview["panels"]["revenue"]>;

const HEIGHT = 96;

export function RevenueChart({ revenue, customer }: { revenue: Revenue; customer: string }) {
  const speech = useSpeech();
  const { say } = speech;
  const most = Decimal.max(1, ...revenue.months.flatMap((one) => [one.net, one.before]));
  const height = (amount: string): number => Decimal.max(0, amount).div(most).times(HEIGHT).toNumber();
  const hasBefore = new Decimal(revenue.before).gt(0);
  const line = revenue.months.map((one, at) => `${String(((at + 0.5) / revenue.months.length) * 100)},${String(HEIGHT - height(one.before))}`).join(" ");
  const rate = revenue.margin !== null && new Decimal(revenue.net).gt(0) ? new Decimal(revenue.margin).div(revenue.net) : null;
  return (
    <div className="revenue">
      <div className="revenue-head">
        <strong>{speech.money(revenue.net)}</strong>
        <span className="quiet">{hasBefore ? say(words.before, { amount: speech.money(revenue.before) }) : say(words.noBefore)}</span>
        {revenue.margin !== null && rate && <span>{say(words.margin, { amount: speech.money(revenue.margin), rate: speech.percent(rate.toFixed(4)) })}</span>}
      </div>
      <div className="revenue-chart" style={{ height: HEIGHT + 18 }}>
        {hasBefore && (
          <svg viewBox={`0 0 100 ${String(HEIGHT)}`} preserveAspectRatio="none" style={{ height: HEIGHT }} aria-hidden>
            <polyline points={line} vectorEffect="non-scaling-stroke" />
          </svg>
        )}
        {revenue.months.map((one) => (
          <Link
            key={one.month} to="/$entity" params={{ entity: "sales_order" }} search={{ filter: inMonth(customer, one) } as never}
            className="revenue-month" title={said(one)} aria-label={said(one)}
          >
            <span className="revenue-bar" style={{ height: height(one.net) }} />
            <small>{String(Number(one.month.slice(5, 7)))}</small>
          </Link>
        ))}
      </div>
      {hasBefore && <p className="revenue-legend quiet"><i className="this" />{say(words.thisYear)} <i className="last" />{say(words.lastYear)}</p>}
    </div>
  );

  function said(one: Month): string {
    const facts = [`${one.month.slice(0, 7)}: ${speech.money(one.net)}`];
    if (new Decimal(one.before).gt(0)) facts.push(`${say(words.lastYear)} ${speech.money(one.before)}`);
    return facts.join(" · ");
  }
}

function inMonth(customer: string, { month }: Month): string {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5, 7))];
  const last = new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
  return behind(customer, { field: "day", op: "between", value: [month, last] });
}
