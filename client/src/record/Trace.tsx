/** What a record set in motion: a tree of what caused what, with the time that each step waited. */

import { useQuery } from "@tanstack/react-query";
import { Empty, Skeleton } from "antd";
import { get } from "@/api/http";
import { useSettings } from "@/app/settings";
import { useSpeech } from "@/app/speech";
import { RecordLink } from "@/kinds/references";
import { record as words } from "@/messages/record";

interface Node {
  event: string;
  name: string;
  label: string;
  verb: string;
  sentence?: string;
  entity: string;
  record: string;
  title: string | null;
  at: string;
  actor: { title: string | null } | null;
  /** Seconds between cause and effect. */
  waited: number;
  caused: Node[];
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function Trace({ entity, id }: { entity: string; id: string }) {
  const { language } = useSettings();
  const { say } = useSpeech();
  const found = useQuery({
    queryKey: ["trace", entity, id, language],
    queryFn: ({ signal }) => get<{ caused: Node[] }>(`/trace/${id}`, {}, signal),
  });
  if (!found.data) return <Skeleton active />;
  if (found.data.caused.length === 0) return <Empty description={say(words.traceEmpty)} />;
  return <Branch nodes={found.data.caused} />;
}

function Branch({ nodes }: { nodes: readonly Node[] }) {
  return (
    <ul className="trace">
      {nodes.map((one) => (
        <li key={one.event}>
          <Step node={one} />
          {one.caused.length > 0 && <Branch nodes={one.caused} />}
        </li>
      ))}
    </ul>
  );
}

function Step({ node }: { node: Node }) {
  const speech = useSpeech();
  return (
    <div className="trace-step">
      <span className="trace-kind">{node.label}</span>
      <RecordLink entity={node.entity} to={{ id: node.record, title: node.title ?? "…" }} />
      <span>{node.sentence ?? node.verb}</span>
      <small className="quiet">
        {speech.instant(node.at)}
        {node.actor?.title ? ` · ${node.actor.title}` : ""}
        {node.waited >= MINUTE ? ` · ${speech.say(words.waited, { time: lasting(node.waited, speech.language) })}` : ""}
      </small>
    </div>
  );
}

/** Write a time span in its largest unit. */
function lasting(seconds: number, language: string): string {
  const [size, unit] = seconds >= DAY ? [DAY, "day"] : seconds >= HOUR ? [HOUR, "hour"] : [MINUTE, "minute"];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 1 }).format(seconds / (size as number));
}
