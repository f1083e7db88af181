/** What is to be picked: by product along the shelves, and by shipment in its slots. */

import { CheckCircleFilled } from "@ant-design/icons";
import { Empty, Progress as Bar, Tag } from "antd";
import Decimal from "decimal.js";
import { useToday } from "@/api/meta";
import { useSpeech } from "@/app/speech";
import { warehouse as words } from "@/messages/warehouse";
import { isDone, leftOf, type PickTask, type Progress } from "@/pages/warehouse/picking";

interface Wanted {
  code: string;
  name: string;
  unit: string;
  left: Decimal;
  slots: number[];
}

function byProduct(tasks: readonly PickTask[], progress: Progress, slots: ReadonlyMap<string, number>): Wanted[] {
  const wanted = new Map<string, Wanted>();
  for (const task of tasks) {
    for (const line of task.lines) {
      if (isDone(progress, line)) continue;
      const one = wanted.get(line.product) ?? { code: line.code, name: line.name, unit: line.unit, left: new Decimal(0), slots: [] };
      one.left = one.left.plus(leftOf(progress, line));
      one.slots.push(slots.get(task.id) ?? 0);
      wanted.set(line.product, one);
    }
  }
  return [...wanted.values()].sort((one, other) => (one.code < other.code ? -1 : 1));
}

export function Picking({ tasks, progress, slots, more }: {
  tasks: readonly PickTask[];
  progress: Progress;
  slots: ReadonlyMap<string, number>;
  more: boolean;
}) {
  const { say, number, day } = useSpeech();
  const today = useToday();
  if (tasks.length === 0)
    return <Empty className="nothing" description={<><strong>{say(words.emptyPick)}</strong><br />{say(words.emptyPickWhy)}</>} />;
  return (
    <div className="picking">
      <section aria-label={say(words.products)}>
        <h2>{say(words.products)}</h2>
        <ul className="wanted">
          {byProduct(tasks, progress, slots).map((one) => (
            <li key={one.code}>
              <span className="wanted-name"><b>{one.code}</b> {one.name}</span>
              <span className="wanted-left num">{number(one.left.toFixed())} {one.unit}</span>
              <span className="wanted-slots">{one.slots.map((slot, at) => <Tag key={at}>{slot}</Tag>)}</span>
            </li>
          ))}
        </ul>
      </section>
      <section aria-label={say(words.slots)}>
        <h2>{say(words.slots)}</h2>
        <ul className="slots">
          {tasks.map((task) => {
            const done = task.lines.filter((line) => isDone(progress, line)).length;
            const state = progress.focus === task.id ? "focus" : done === task.lines.length ? "full" : "";
            return (
              <li key={task.id} className={`slot ${state}`}>
                <div className="slot-number">{done === task.lines.length ? <CheckCircleFilled /> : slots.get(task.id)}</div>
                <div className="slot-text">
                  <b>{task.number}</b>
                  <span>{task.customer}</span>
                  <small className="quiet">
                    {task.due && (task.due < today ? <Tag color="error">{say(words.late)} {day(task.due)}</Tag> : day(task.due))} · {say(words.progress, { done, all: task.lines.length })}
                  </small>
                  <Bar percent={(done / task.lines.length) * 100} showInfo={false} size="small" />
                </div>
              </li>
            );
          })}
        </ul>
        {more && <p className="quiet">{say(words.more)}</p>}
      </section>
    </div>
  );
}
