/** Shipments to pack or to send, one by one by their number, or all at once. */

import { Button, Empty } from "antd";
import { Link } from "@tanstack/react-router";
import { useSpeech } from "@/app/speech";
import { warehouse as words } from "@/messages/warehouse";
import type { PickTask } from "@/pages/warehouse/picking";

export function Sending({ stage, tasks, onOne, onAll }: {
  stage: "pack" | "ship";
  tasks: readonly PickTask[];
  onOne: (task: PickTask) => void;
  onAll: () => void;
}) {
  const { say, day } = useSpeech();
  if (tasks.length === 0) return <Empty className="nothing" description={say(stage === "pack" ? words.emptyPack : words.emptyShip)} />;
  return (
    <section className="sending" aria-label={say(words[stage])}>
      <Button type="primary" size="large" onClick={onAll}>
        {say(stage === "pack" ? words.packAll : words.shipAll, { n: tasks.length })}
      </Button>
      <ul className="slots">
        {tasks.map((task) => (
          <li key={task.id} className="slot">
            <div className="slot-text">
              <b><Link to="/$entity/$id" params={{ entity: "shipment", id: task.id }}>{task.number}</Link></b>
              <span>{task.customer}</span>
              <small className="quiet">{task.due && day(task.due)} {task.carrier} {task.tracking_number}</small>
            </div>
            <Button onClick={() => onOne(task)}>{say(words[stage])}</Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
