/** A board: a column for each state, counted and summed by the server; a card that is moved performs what leads there. */

import { DndContext, KeyboardSensor, PointerSensor, useDraggable, useDroppable, useSensor, useSensors, type DragEndEvent } from "@dnd-kit/core";
import { useQuery, keepPreviousData } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button } from "antd";
import { useState } from "react";
import { get, type Rec } from "@/api/http";
import { useDeeds } from "@/api/deeds";
import type { EntityMeta, FieldMeta } from "@/api/meta";
import { useList } from "@/api/records";
import { useSettings } from "@/app/settings";
import { useSpeech } from "@/app/speech";
import { KINDS } from "@/kinds";
import { isMissing } from "@/kinds/kind";
import { sumsOf } from "@/list/Groups";
import { list as words } from "@/messages/list";
import { record as recordWords } from "@/messages/record";
import { leadsTo } from "@/record/moves";
import { useTell } from "@/parts/tell";
import "@/board/board.css";

const FACTS = 4;
export function Board({ entity, columns, filter, search }: {
  entity: EntityMeta;
  columns: readonly FieldMeta[];
  filter?: string;
  search?: string;
}) {
  const speech = useSpeech();
  const { language } = useSettings();
  const deeds = useDeeds();
  const tell = useTell();
  const { notification } = App.useApp();
  const [moving, setMoving] = useState<{ id: string; to: string } | null>(null);
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 5 } }), useSensor(KeyboardSensor));
  const lifecycle = entity.lifecycle;
  const [amount] = sumsOf(entity, columns);
  const totals = useQuery({
    queryKey: ["list", entity.name, "board", filter, search, language],
    queryFn: ({ signal }) => get<{ groups: (Record<string, unknown> & { count: number })[] }>(`/${entity.name}/group`, { by: lifecycle?.field, sums: amount?.name, filter, search }, signal),
    enabled: lifecycle !== null,
    placeholderData: keepPreviousData,
  });
  if (!lifecycle) return null;
  const move = async ({ active, over }: DragEndEvent): Promise<void> => {
    const record = active.data.current as Rec | undefined;
    const to = over?.id as string | undefined;
    const from = String(record?.[lifecycle.field]);
    if (!record || !to || to === from) return;
    const label = (state: string): string => lifecycle.states.find((one) => one.name === state)?.label ?? state;
    const operation = leadsTo(entity, to);
    if (!operation) {
      void notification.warning({ title: speech.say(words.noWay, { from: label(from), to: label(to) }) });
      return;
    }
    setMoving({ id: record.id, to });
    try {
      tell.outcome(operation, await deeds.perform({ entity: entity.name, operation: operation.name, id: record.id, seen: record.version }));
    } catch (error) {
      tell.failure(error);
    } finally {
      setMoving(null);
    }
  };
  return (
    <DndContext sensors={sensors} onDragEnd={(event) => void move(event)}>
      <div className="board">
        {lifecycle.states.map((state) => {
          const row = totals.data?.groups.find((one) => one[lifecycle.field] === state.name);
          return (
            <Column
              key={state.name} entity={entity} columns={columns} state={state} field={lifecycle.field} filter={filter} search={search} moving={moving}
              count={row?.count ?? 0} sum={amount && row && !isMissing(row[amount.name]) ? KINDS.money.text(row[amount.name], amount, speech) : ""}
            />
          );
        })}
      </div>
    </DndContext>
  );
}

function Column({ entity, columns, state, field, filter, search, moving, count, sum }: {
  entity: EntityMeta;
  columns: readonly FieldMeta[];
  state: { name: string; label: string };
  field: string;
  filter?: string;
  search?: string;
  moving: { id: string; to: string } | null;
  count: number;
  sum: string;
}) {
  const { say } = useSpeech();
  const drop = useDroppable({ id: state.name });
  const own = { field, op: "eq", value: state.name };
  const asked = filter?.startsWith("{") ? JSON.stringify({ all: [JSON.parse(filter), own] }) : filter ? `(${filter}) and ${field} == "${state.name}"` : JSON.stringify(own);
  const list = useList(entity.name, { filter: asked, search, limit: 30 });
  const records = list.data?.pages.flatMap((page) => page.records) ?? [];
  return (
    <section ref={drop.setNodeRef} className={drop.isOver ? "board-column over" : "board-column"} aria-label={state.label}>
      <header>
        <b>{state.label}</b> <span className="quiet">{count}</span>
        <span className="gap" />
        <small className="quiet num">{sum}</small>
      </header>
      <div className="board-cards">
        {records.map((one) => <Card key={one.id} entity={entity} columns={columns} record={one} away={moving?.id === one.id} />)}
        {records.length === 0 && !list.isLoading && <p className="quiet board-none">{say(words.emptyColumn)}</p>}
        {list.hasNextPage && <Button size="small" type="text" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{say(recordWords.loadMore)}</Button>}
      </div>
    </section>
  );
}

function Card({ entity, columns, record, away }: { entity: EntityMeta; columns: readonly FieldMeta[]; record: Rec; away: boolean }) {
  const speech = useSpeech();
  const drag = useDraggable({ id: record.id, data: record });
  const title = columns.find((one) => one.name === entity.title) ?? columns[0];
  const facts = columns.filter((one) => one !== title && one.name !== entity.lifecycle?.field && !isMissing(record[one.name])).slice(0, FACTS);
  const shift = drag.transform ? { transform: `translate(${drag.transform.x}px, ${drag.transform.y}px)`, zIndex: 5 } : undefined;
  return (
    <div ref={drag.setNodeRef} className={away ? "board-card away" : "board-card"} style={shift} {...drag.attributes} {...drag.listeners} aria-label={title ? KINDS[title.kind].text(record[title.name], title, speech) : ""}>
      <Link to="/$entity/$id" params={{ entity: entity.name, id: record.id }} onPointerDown={(event) => event.stopPropagation()}>
        {title ? KINDS[title.kind].text(record[title.name], title, speech) || "…" : "…"}
      </Link>
      {facts.map((field) => <span key={field.name} className={field.kind === "money" ? "board-amount" : "quiet"}>{KINDS[field.kind].text(record[field.name], field, speech, record)}</span>)}
    </div>
  );
}
