/** What belongs to a record: a tab for each kind of record that refers to it, with how many. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Badge, Empty, Tabs } from "antd";
import { get } from "@/api/http";
import { may, useEntityIfSeen, useHouse, type FieldMeta } from "@/api/meta";
import { useSome, type Ref } from "@/api/records";
import { useSettings } from "@/app/settings";
import { useSpeech } from "@/app/speech";
import { KINDS } from "@/kinds";
import { RecordLink } from "@/kinds/references";
import { Value } from "@/kinds/Value";
import { record as words } from "@/messages/record";
import { isNameless } from "@/record/layout";

interface Panel {
  entity: string;
  label: string;
  field: string;
  field_label: string;
  filter: string;
  count: number;
  more: boolean;
}

const ELSEWHERE = new Set(["file", "comment", "task", "follower", "notification", "parked_command", "export_batch"]);
const SOME = 20;
const COLUMNS = 7;

export function Panels({ entity, id, title }: { entity: string; id: string; title: string }) {
  const { language } = useSettings();
  const found = useQuery({
    queryKey: ["panel", entity, id, language],
    queryFn: async ({ signal }) => (await get<{ panels: Panel[] }>(`/${entity}/${id}/related`, {}, signal)).panels,
  });
  const panels = (found.data ?? []).filter((one) => one.count > 0 && !ELSEWHERE.has(one.entity));
  const twice = new Set(panels.filter((one, at) => panels.findIndex((other) => other.entity === one.entity) !== at).map((one) => one.entity));
  if (panels.length === 0) return null;
  return (
    <Tabs
      size="small" className="panels"
      items={panels.map((one) => ({
        key: `${one.entity}.${one.field}`,
        label: (
          <span>
            {one.label}{twice.has(one.entity) ? ` · ${one.field_label}` : ""}{" "}
            <Badge count={one.more ? `${one.count}+` : one.count} color="var(--ant-color-fill-secondary)" className="count" overflowCount={99999} />
          </span>
        ),
        children: <Some panel={one} of={{ id, title }} />,
      }))}
    />
  );
}

const SKIPPED = new Set(["id", "version", "created_by", "updated_by", "updated_at", "created_at"]);

function columnsOf(fields: readonly FieldMeta[], title: string, but: string): FieldMeta[] {
  const plain = fields.filter((one) => !SKIPPED.has(one.name) && one.name !== but && !isNameless(one) && one.kind !== "lines" && !KINDS[one.kind].wide && !one.name.startsWith("normalised_"));
  const weight = (one: FieldMeta): number =>
    one.name === title ? 0 : one.name === "state" ? 1 : one.kind === "day" ? 2 : one.kind === "money" ? 3 : one.kind === "quantity" ? 4 : one.kind === "reference" ? 5 : 6;
  return [...plain].sort((one, other) => weight(one) - weight(other)).slice(0, COLUMNS);
}

function Some({ panel, of }: { panel: Panel; of: Ref }) {
  const inShort = useHouse().entities.find((one) => one.name === panel.entity);
  const speech = useSpeech();
  const { say } = speech;
  const meta = useEntityIfSeen(panel.entity);
  const list = useSome(panel.entity, { filter: panel.filter, limit: SOME, sort: "-created_at" });
  if (!meta || !list.data) return null;
  if (list.data.records.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={say(words.emptyPanel)} />;
  const columns = columnsOf(meta.fields, meta.title, panel.field);
  const field = meta.fields.find((one) => one.name === panel.field);
  const isGiven = field?.writable === true && field.kind === "reference";
  const leads = columns.find((one) => one.name === meta.title) ?? columns[0];
  return (
    <div className="panel">
      <table>
        <thead>
          <tr>{columns.map((field) => <th key={field.name} className={KINDS[field.kind].numeric ? "num" : ""}>{field.label}</th>)}</tr>
        </thead>
        <tbody>
          {list.data.records.map((one) => (
            <tr key={one.id}>
              {columns.map((field) => (
                <td key={field.name} className={KINDS[field.kind].numeric ? "num" : ""}>
                  {field === leads ? (
                    <RecordLink entity={panel.entity} to={{ id: one.id, title: KINDS[field.kind].text(one[field.name], field, speech, one) || "…" }} />
                  ) : (
                    <Value field={field} value={one[field.name]} record={one} />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <div className="panel-foot">
        {panel.count > SOME && (
          <Link to="/$entity" params={{ entity: panel.entity }} search={{ filter: panel.filter }}>{say(words.all)}</Link>
        )}
        {may(inShort, "create") && isGiven && (
          <Link to="/$entity/new" params={{ entity: panel.entity }} search={{ given: { [panel.field]: of } }}>
            {say(words.new, { label: panel.label })}
          </Link>
        )}
      </div>
    </div>
  );
}
