/** The table of a list: virtual rows that are fetched as one scrolls, walked by arrows, chosen by Space. */

import { ArrowDownOutlined, ArrowUpOutlined } from "@ant-design/icons";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Checkbox } from "antd";
import { memo, useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import type { Rec } from "@/api/http";
import type { EntityMeta, FieldMeta } from "@/api/meta";
import { useSettings } from "@/app/settings";
import { useSpeech } from "@/app/speech";
import { KINDS } from "@/kinds";
import { RecordLink } from "@/kinds/references";
import { Value } from "@/kinds/Value";
import { list as words } from "@/messages/list";
import { pressed, type Sorted } from "@/list/state";

export interface TableProps {
  entity: EntityMeta;
  columns: readonly FieldMeta[];
  records: readonly Rec[];
  sorted: Sorted;
  onSort: (sorted: Sorted) => void;
  selected: ReadonlySet<string>;
  onSelect: (selected: Set<string>) => void;
  onOpen: (record: Rec) => void;
  onEnd: () => void;
  hasMore: boolean;
  loading: boolean;
  empty: ReactNode;
}

const ROW = { roomy: 38, compact: 30 };
const AHEAD = 30;
const BOX = 40;

export function Table(props: TableProps) {
  const { entity, columns, records, sorted, onSort, selected, onSelect, onOpen, onEnd, hasMore, loading } = props;
  const { say } = useSpeech();
  const { compact } = useSettings();
  const frame = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const [from, setFrom] = useState(0);
  const height = compact ? ROW.compact : ROW.roomy;
  const rows = useVirtualizer({
    count: records.length + (hasMore ? 12 : 0), getScrollElement: () => frame.current, estimateSize: () => height, overscan: 14,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !loading && last >= records.length - AHEAD) onEnd();
  }, [hasMore, loading, last, records.length, onEnd]);
  useEffect(() => rows.measure(), [height, rows]);

  const widths = columns.map((one, index) => `minmax(${Math.min(KINDS[one.kind].width, 150)}px, ${index === 0 ? 1.6 : KINDS[one.kind].numeric ? 0.8 : 1}fr)`);
  const template = `${BOX}px ${widths.join(" ")}`;
  const least = BOX + columns.reduce((sum, one) => sum + Math.min(KINDS[one.kind].width, 150), 0);
  const title = columns.find((one) => one.name === entity.title) ?? columns[0];

  const choose = (index: number, range: boolean): void => {
    const next = new Set(selected);
    const record = records[index];
    if (!record) return;
    if (range) for (const one of records.slice(Math.min(from, index), Math.max(from, index) + 1)) next.add(one.id);
    else if (next.has(record.id)) next.delete(record.id);
    else next.add(record.id);
    if (!range) setFrom(index);
    onSelect(next);
  };
  const go = (index: number, range: boolean): void => {
    const to = Math.max(0, Math.min(records.length - 1, index));
    setAt(to);
    rows.scrollToIndex(to);
    if (range) choose(to, true);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.target !== frame.current) return;
    const page = Math.max(1, Math.floor((frame.current?.clientHeight ?? 400) / height) - 1);
    const record = records[at];
    const steps: Record<string, number> = {
      ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: records.length - 1,
    };
    if (event.key in steps) go(steps[event.key] ?? at, event.shiftKey);
    else if (event.key === "Enter" && record) onOpen(record);
    else if (event.key === " " && record) choose(at, event.shiftKey);
    else if (event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey)) onSelect(new Set(records.map((one) => one.id)));
    else if (event.key === "Escape" && selected.size > 0) onSelect(new Set());
    else return;
    event.preventDefault();
  };
  const all = records.length > 0 && records.every((one) => selected.has(one.id));
  if (!loading && records.length === 0) return <div className="list-empty">{props.empty}</div>;
  return (
    <div
      ref={frame} className="list-table" role="grid" tabIndex={0} aria-label={entity.label} aria-rowcount={records.length + 1}
      aria-colcount={columns.length} aria-activedescendant={records[at] ? `row-${records[at].id}` : undefined} onKeyDown={press} aria-multiselectable
    >
      <div style={{ minWidth: least }}>
        <div className="list-head" role="row" style={{ gridTemplateColumns: template }}>
          <div role="columnheader" className="list-box">
            <Checkbox checked={all} indeterminate={!all && selected.size > 0} aria-label={say(words.selectAll)} onChange={() => onSelect(new Set(all ? [] : records.map((one) => one.id)))} />
          </div>
          {columns.map((field) => {
            const place = sorted.findIndex((one) => one.field === field.name);
            const now = sorted[place];
            const sortable = KINDS[field.kind].sortable;
            return (
              <div key={field.name} role="columnheader" className={KINDS[field.kind].numeric ? "numeric" : ""} aria-sort={now ? (now.down ? "descending" : "ascending") : undefined}>
                {sortable ? (
                  <button type="button" title={say(words.sortHint)} onClick={(event) => onSort(pressed(sorted, field.name, event.shiftKey))}>
                    <span>{field.label}</span>
                    {now && (now.down ? <ArrowDownOutlined /> : <ArrowUpOutlined />)}
                    {now && sorted.length > 1 && <small>{place + 1}</small>}
                  </button>
                ) : (
                  <span>{field.label}</span>
                )}
              </div>
            );
          })}
        </div>
        <div style={{ height: rows.getTotalSize(), position: "relative" }}>
          {shown.map((row) => {
            const record = records[row.index];
            return (
              <div
                key={row.key} className="list-place" style={{ height, transform: `translateY(${row.start}px)` }}
              >
                {record ? (
                  <Row
                    record={record} entity={entity} columns={columns} title={title} template={template} number={row.index + 2}
                    active={row.index === at} selected={selected.has(record.id)} onChoose={(range) => choose(row.index, range)} onOpen={onOpen}
                  />
                ) : (
                  <div className="list-row waiting-row" style={{ gridTemplateColumns: template }} aria-hidden>
                    <i />
                    {columns.map((one) => <i key={one.name} />)}
                  </div>
                )}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface RowProps {
  record: Rec;
  entity: EntityMeta;
  columns: readonly FieldMeta[];
  title: FieldMeta | undefined;
  template: string;
  number: number;
  active: boolean;
  selected: boolean;
  onChoose: (range: boolean) => void;
  onOpen: (record: Rec) => void;
}

const Row = memo(
  function Row({ record, entity, columns, title, template, number, active, selected, onChoose, onOpen }: RowProps) {
    const speech = useSpeech();
    const name = title ? KINDS[title.kind].text(record[title.name], title, speech, record) : record.id;
    return (
      <div
        id={`row-${record.id}`} role="row" aria-rowindex={number} aria-selected={selected} style={{ gridTemplateColumns: template }}
        className={`list-row${active ? " active" : ""}${selected ? " selected" : ""}`} onDoubleClick={() => onOpen(record)}
      >
        <div role="gridcell" className="list-box">
          <Checkbox checked={selected} tabIndex={-1} aria-label={speech.say(words.select, { title: name })} onClick={(event) => onChoose(event.shiftKey)} />
        </div>
        {columns.map((field) => (
          <div key={field.name} role="gridcell" className={KINDS[field.kind].numeric ? "numeric" : ""} title={KINDS[field.kind].text(record[field.name], field, speech, record)}>
            {field === title ? (
              <RecordLink entity={entity.name} to={{ id: record.id, title: name || "…" }} />
            ) : (
              <Value field={field} value={record[field.name]} record={record} />
            )}
          </div>
        ))}
      </div>
    );
  },
  (before, after) =>
    before.record === after.record && before.active === after.active && before.selected === after.selected &&
    before.columns === after.columns && before.template === after.template && before.number === after.number,
);
