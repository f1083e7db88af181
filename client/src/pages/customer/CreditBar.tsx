/** A customer's credit as one bar: what uses it, by where the money is, and what is left. */

import Decimal from "decimal.js";
import { useSpeech } from "@/app/speech";
import { customerPage } from "@/messages/customerPage";
import type { CreditUse } from "@/pages/order-entry/useOutlook";
import "@/pages/customer/customer.css";

interface Props {
  use: CreditUse;
  /** What is about to be added. */
  adding?: string;
}

export function CreditBar({ use, adding = "0" }: Props) {
  const speech = useSpeech();
  const { say } = speech;
  const parts = [
    { key: "receivable", word: customerPage.receivable, amount: use.exposure.receivable },
    { key: "delivered", word: customerPage.deliveredNotInvoiced, amount: use.exposure.delivered_not_invoiced },
    { key: "ordered", word: customerPage.onOrder, amount: use.exposure.on_order },
    { key: "adding", word: customerPage.thisOrder, amount: adding },
  ].filter((one) => new Decimal(one.amount).gt(0));
  const used = new Decimal(use.used).plus(adding);
  const whole = Decimal.max(used, use.limit ?? 0, 1);
  const share = (amount: string): string => `${new Decimal(amount).div(whole).times(100).toFixed(2)}%`;
  const over = use.limit === null ? null : used.minus(use.limit);
  const isOver = over !== null && over.gt(0);
  return (
    <div className="credit">
      <div className="credit-head">
        <strong className={isOver ? "negative" : ""}>
          {use.limit === null ? say(customerPage.usedOnly, { amount: speech.money(used.toFixed()) })
            : isOver ? say(customerPage.over, { amount: speech.money(over.toFixed()) })
            : say(customerPage.room, { amount: speech.money(new Decimal(use.limit).minus(used).toFixed()) })}
        </strong>
        <span className="quiet">{use.limit === null ? say(customerPage.noLimit) : say(customerPage.limit, { amount: speech.money(use.limit) })}</span>
      </div>
      <div className={isOver ? "credit-bar over" : "credit-bar"} role="img" aria-label={say(customerPage.usedOf, { used: speech.money(used.toFixed()), limit: use.limit === null ? "—" : speech.money(use.limit) })}>
        {parts.map((one) => <span key={one.key} className={`credit-${one.key}`} style={{ width: share(one.amount) }} />)}
        {isOver && use.limit !== null && <i style={{ left: share(use.limit) }} />}
      </div>
      <ul className="credit-parts">
        {parts.map((one) => (
          <li key={one.key}><i className={`credit-${one.key}`} />{say(one.word)} <b>{speech.money(one.amount)}</b></li>
        ))}
        {new Decimal(use.exposure.unapplied).gt(0) && <li>{say(customerPage.unapplied)} <b>−{speech.money(use.exposure.unapplied)}</b></li>}
      </ul>
    </div>
  );
}
