/** The list of a kind of record. */

import { useNavigate } from "@tanstack/react-router";
import { Button, Empty, Input, Table } from "antd";
import { useMemo, useState } from "react";
import { may, useEntity, useHouse, type EntityMeta, type FieldMeta } from "@/api/meta";
import { useList } from "@/api/records";
import type { Rec } from "@/api/http";
import { Failed } from "@/app/Lost";
import { useSay } from "@/app/speech";
import { KINDS } from "@/kinds";
import { Value } from "@/kinds/Value";
import { RecordLink } from "@/kinds/references";
import { frame } from "@/messages/frame";

const HIDDEN = new Set(["id", "version", "created_by", "updated_by", "updated_at"]);
const SHOWN = 9;

function columnsOf(entity: EntityMeta): FieldMeta[] {
  const fields = entity.fields.filter((one) => !HIDDEN.has(one.name) && one.kind !== "lines" && one.kind !== "long_text");
  return fields.slice(0, SHOWN);
}

export function RecordList({ entity: name }: { entity: string }) {
  const say = useSay();
  const navigate = useNavigate();
  const entity = useEntity(name);
  const short = useHouse().entities.find((one) => one.name === name);
  const [words, setWords] = useState("");
  const list = useList(name, { search: words });
  const columns = useMemo(() => columnsOf(entity), [entity]);
  if (list.error) return <Failed error={list.error} reset={() => void list.refetch()} />;
  const records = list.data?.pages.flatMap((page) => page.records) ?? [];
  return (
    <>
      <header className="page-head">
        <h1>{entity.label}</h1>
        <Input.Search allowClear placeholder={say(frame.search)} style={{ width: 240 }} onSearch={setWords} />
        <span className="gap" />
        {may(short, "create") && (
          <Button type="primary" onClick={() => void navigate({ to: "/$entity/new", params: { entity: name } })}>
            {say(frame.create)}
          </Button>
        )}
      </header>
      <div className="page-body">
        <Table<Rec>
          size="small" rowKey="id" dataSource={records} pagination={false} loading={list.isLoading}
          locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} /> }}
          scroll={{ x: "max-content" }}
          columns={columns.map((field) => ({
            key: field.name, title: field.label, width: KINDS[field.kind].width,
            align: KINDS[field.kind].numeric ? ("right" as const) : ("left" as const),
            render: (_: unknown, record: Rec) =>
              field.name === entity.title ? (
                <RecordLink entity={name} to={{ id: record.id, title: String(record[field.name] ?? record.id) }} />
              ) : (
                <Value field={field} value={record[field.name]} record={record} />
              ),
          }))}
        />
        {list.hasNextPage && (
          <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{say(frame.more)}</Button>
        )}
      </div>
    </>
  );
}
