/** One record: its state, what may be done, its fields and lines. */

import { Descriptions } from "antd";
import { useEntity } from "@/api/meta";
import { useRecord } from "@/api/records";
import { Failed } from "@/app/Lost";
import { Value } from "@/kinds/Value";
import { Operations } from "@/record/Operations";
import { Waiting } from "@/parts/Waiting";

export function RecordView({ entity: name, id }: { entity: string; id: string }) {
  const entity = useEntity(name);
  const record = useRecord(name, id);
  if (record.error) return <Failed error={record.error} reset={() => void record.refetch()} />;
  if (!record.data) return <Waiting />;
  const { data } = record;
  const fields = entity.fields.filter((one) => !["id", "version"].includes(one.name) && one.kind !== "lines");
  return (
    <>
      <header className="page-head">
        <h1>{String(data[entity.title] ?? entity.label)}</h1>
        <span className="gap" />
        <Operations entity={entity} record={data} />
      </header>
      <div className="page-body">
        <Descriptions
          size="small" bordered column={{ xs: 1, md: 2, xl: 3 }}
          items={fields.map((field) => ({
            key: field.name, label: field.label,
            children: <Value field={field} value={data[field.name]} record={data} />,
          }))}
        />
      </div>
    </>
  );
}
