/** The chain that a record stands in: what was ordered, sent, invoiced, paid, returned, and how far. */

import { useQuery } from "@tanstack/react-query";
import { Popover, Tag } from "antd";
import Decimal from "decimal.js";
import type { CSSProperties, ReactNode } from "react";
import { get } from "@/api/http";
import { useSettings } from "@/app/settings";
import { useSpeech } from "@/app/speech";
import { RecordLink } from "@/kinds/references";
import { toneOf } from "@/kinds/tones";
import { record as words } from "@/messages/record";

interface Link {
  id: string;
  title: string | null;
  state: string | null;
  state_label: string | null;
}

interface Stage {
  entity: string;
  label: string;
  /** The record that one looks at stands here. */
  here: boolean;
  count: number;
  more: boolean;
  /** In the company's currency; missing where the asker may not see it. */
  done: string | null;
  /** Of how much; missing where nothing has to come, as of returns. */
  whole: string | null;
  records: Link[];
}

const FULL = 100;

/** What share of a stage is done, in percent; without amounts whether there is anything. */
function filled(stage: Stage): number {
  if (stage.done === null) return stage.count > 0 ? FULL : 0;
  if (stage.whole === null) return new Decimal(stage.done).isZero() ? 0 : FULL;
  const whole = new Decimal(stage.whole);
  if (whole.isZero()) return 0;
  const share = new Decimal(stage.done).div(whole).times(FULL);
  return Decimal.min(Decimal.max(share, 0), FULL).toDecimalPlaces(1).toNumber();
}

export function ChainBar({ entity, id }: { entity: string; id: string }) {
  const { language } = useSettings();
  const { say } = useSpeech();
  const found = useQuery({
    queryKey: ["chain", entity, id, language],
    queryFn: async ({ signal }) => (await get<{ chain: Stage[] }>(`/${entity}/${id}/chain`, {}, signal)).chain,
  });
  if (!found.data || found.data.length === 0) return null;
  return (
    <nav aria-label={say(words.chain)}>
      <ol className="chain">
        {found.data.map((stage) => <OneStage key={stage.entity} stage={stage} />)}
      </ol>
    </nav>
  );
}

function OneStage({ stage }: { stage: Stage }) {
  const speech = useSpeech();
  const share = filled(stage);
  const [only] = stage.records;
  const amount = stage.done === null ? "" : speech.money(stage.done);
  const isPart = stage.whole !== null && !new Decimal(stage.whole).isZero() && share < FULL;
  const told = isPart ? speech.say(words.ofWhole, { share: speech.percent(String(share / FULL), 0), whole: speech.money(stage.whole ?? "0") }) : "";
  const names = ["chain-stage", stage.here ? "here" : "", share === 0 ? "empty" : share === FULL ? "full" : "part"];
  const face: ReactNode = (
    <>
      <span className="chain-label">
        {stage.label}
        {stage.count > 1 && <span className="chain-count">{stage.more ? `${stage.count}+` : stage.count}</span>}
      </span>
      <span className="chain-amount num">{amount || (stage.count === 0 ? speech.say(words.nothingYet) : "")}</span>
      <small className="quiet">{told || (stage.count === 1 ? only?.state_label : "")}</small>
    </>
  );
  return (
    <li className={names.filter(Boolean).join(" ")} style={{ "--done": `${share}%` } as CSSProperties} aria-current={stage.here ? "step" : undefined}>
      {stage.count === 0 || (stage.here && stage.count === 1) ? (
        <div className="chain-face">{face}</div>
      ) : (
        <Popover trigger="click" placement="bottom" content={<Records stage={stage} />}>
          <button type="button" className="chain-face" aria-label={`${stage.label} ${amount}`}>{face}</button>
        </Popover>
      )}
    </li>
  );
}

function Records({ stage }: { stage: Stage }) {
  return (
    <ul className="chain-records">
      {stage.records.map((one) => (
        <li key={one.id}>
          <RecordLink entity={stage.entity} to={{ id: one.id, title: one.title || stage.label }} />
          {one.state && <Tag color={toneOf(one.state)} className="state">{one.state_label}</Tag>}
        </li>
      ))}
      {stage.count > stage.records.length && <li className="quiet">…</li>}
    </ul>
  );
}
