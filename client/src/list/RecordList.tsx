/** The list of a kind of record: views, search, filter, columns, groups, board, bulk work, export. */

import { AppstoreOutlined, FilterOutlined, PlusOutlined, SettingOutlined, UnorderedListOutlined } from "@ant-design/icons";
import { useQuery, keepPreviousData } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Alert, Button, Checkbox, Empty, Grid, Input, Popover, Segmented, Select, Space, Tag, type InputRef } from "antd";
import { useEffect, useMemo, useRef, useState } from "react";
import { get, type Rec } from "@/api/http";
import { may, useEntity, useHouse, type EntityMeta, type FieldMeta } from "@/api/meta";
import { useList } from "@/api/records";
import { useMe } from "@/api/me";
import { Failed, sentence } from "@/app/Lost";
import { useSettings } from "@/app/settings";
import { useSpeech } from "@/app/speech";
import { Board } from "@/board/Board";
import { KINDS } from "@/kinds";
import { isMissing } from "@/kinds/kind";
import { Bulk } from "@/list/Bulk";
import { Cards } from "@/list/Cards";
import { Export } from "@/list/Export";
import { asSent, fieldAt, isGroup, partsOf, pathLabel, readTree, withParts, written, type Tree } from "@/list/filter";
import { FilterBuilder, useNeighbours } from "@/list/FilterBuilder";
import { Groups, isGrouping, sumsOf } from "@/list/Groups";
import { readSort, useListState, writeSort } from "@/list/state";
import { Table } from "@/list/Table";
import { isListable, usualColumns, usualViews, type View } from "@/list/usual";
import { frame } from "@/messages/frame";
import { list as words } from "@/messages/list";
import "@/list/list.css";

const PAGE = 100;
const PAUSE = 250;

export function RecordList({ entity: name }: { entity: string }) {
  const speech = useSpeech();
  const { say } = speech;
  const navigate = useNavigate();
  const entity = useEntity(name);
  const short = useHouse().entities.find((one) => one.name === name);
  const [state, change] = useListState();
  const [selected, setSelected] = useState(new Set<string>());
  const wide = Grid.useBreakpoint().md ?? true;
  const columns = useColumns(entity, state.columns);
  const tree = readTree(state.filter);
  const sentTree = tree && asSent(tree);
  const filter = tree ? (sentTree ? JSON.stringify(sentTree) : undefined) : state.filter;
  const asked = { filter, search: state.q, sort: state.sort, limit: PAGE };
  const list = useList(name, asked);
  const records = useMemo(() => list.data?.pages.flatMap((page) => page.records) ?? [], [list.data]);
  const count = list.data?.pages[0]?.count;
  const by = entity.fields.find((one) => one.name === state.group);
  const title = columns.find((one) => one.name === entity.title) ?? columns[0];
  const titleOf = (record: Rec): string => (title ? KINDS[title.kind].text(record[title.name], title, speech, record) : record.id);
  const open = (record: Rec): void => void navigate({ to: "/$entity/$id", params: { entity: name, id: record.id } });
  const isFiltered = !!state.filter || !!state.q;
  const empty = (
    <Empty
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={isFiltered ? say(words.nothingFound) : <><b>{say(words.nothing, { label: entity.label })}</b><br /><span className="quiet">{say(words.nothingWhy)}</span></>}
    >
      {isFiltered ? (
        <Button onClick={() => change({ filter: undefined, q: undefined, view: undefined })}>{say(words.clearFilters)}</Button>
      ) : (
        may(short, "create") && <Button type="primary" onClick={() => void navigate({ to: "/$entity/new", params: { entity: name } })}>{say(frame.create)}</Button>
      )}
    </Empty>
  );
  return (
    <div className="list">
      <header className="page-head">
        <h1>{entity.label}</h1>
        <span className="quiet num">{count && say(count.exact ? words.count : words.about, { n: speech.number(count.number) })}</span>
        <span className="gap" />
        <Space wrap size={8}>
          <Search value={state.q ?? ""} onChange={(q) => change({ q })} />
          <Filters entity={entity} tree={tree} text={tree ? "" : (state.filter ?? "")} onApply={(next) => change({ filter: next === null ? undefined : typeof next === "string" ? next : JSON.stringify(next), view: undefined })} />
          <Select
            value={state.group ?? ""} style={{ minWidth: 104 }} aria-label={say(words.group)} popupMatchSelectWidth={false}
            options={[{ value: "", label: say(words.noGroup) }, ...entity.fields.filter(isGrouping).map((one) => ({ value: one.name, label: one.label }))]}
            onChange={(group) => change({ group: group || undefined, mode: undefined })}
          />
          {entity.lifecycle && (
            <Segmented
              value={state.mode ?? "list"} onChange={(mode) => change({ mode: mode === "board" ? "board" : undefined, group: undefined })}
              options={[
                { value: "list", icon: <UnorderedListOutlined />, title: say(words.table) },
                { value: "board", icon: <AppstoreOutlined />, title: say(words.board) },
              ]}
            />
          )}
          <Columns entity={entity} chosen={columns.map((one) => one.name)} onChoose={(names) => change({ columns: names.join(",") })} />
          <Export entity={name} filter={filter} search={state.q} sort={state.sort} fields={columns.map((one) => one.name)} />
          {may(short, "create") && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate({ to: "/$entity/new", params: { entity: name } })}>{say(frame.create)}</Button>
          )}
        </Space>
      </header>
      <Views entity={entity} now={state} onChoose={(view) => change(view ? { filter: JSON.stringify(view.filter), sort: view.sort, view: view.key } : { filter: undefined, sort: undefined, view: undefined })} />
      <Chips entity={entity} tree={tree} text={tree ? "" : (state.filter ?? "")} onChange={(filter_) => change({ filter: filter_, view: undefined })} />
      {list.error && (isFiltered ? <Alert className="banner" type="error" showIcon title={sentence(list.error, say)} /> : <Failed error={list.error} reset={() => void list.refetch()} />)}
      <Bulk entity={entity} chosen={records.filter((one) => selected.has(one.id))} titleOf={titleOf} onDone={() => setSelected(new Set())} />
      {state.mode === "board" ? (
        <Board entity={entity} columns={columns} filter={filter} search={state.q} />
      ) : by ? (
        <div className="page-body"><Groups entity={entity} columns={columns} by={by} filter={filter} search={state.q} /></div>
      ) : wide ? (
        <>
          <Table
            entity={entity} columns={columns} records={records} sorted={readSort(state.sort)} onSort={(sorted) => change({ sort: writeSort(sorted) })}
            selected={selected} onSelect={setSelected} onOpen={open} onEnd={() => void list.fetchNextPage()}
            hasMore={list.hasNextPage || list.isLoading} loading={list.isFetching} empty={empty}
          />
          <Totals entity={entity} columns={columns} filter={filter} search={state.q} shown={records.length > 0} />
        </>
      ) : (
        <Cards entity={entity} columns={columns} records={records} hasMore={list.hasNextPage} onMore={() => void list.fetchNextPage()} loading={list.isFetching} empty={empty} />
      )}
    </div>
  );
}

function useColumns(entity: EntityMeta, chosen: string | undefined): readonly FieldMeta[] {
  const me = useMe();
  const key = `dougong.columns.${me.company?.slug}.${me.person?.id}.${entity.name}`;
  useEffect(() => {
    if (chosen) localStorage.setItem(key, chosen);
  }, [key, chosen]);
  return useMemo(() => {
    const names = (chosen ?? localStorage.getItem(key) ?? "").split(",").filter(Boolean);
    const known = new Map(entity.fields.map((one) => [one.name, one]));
    const found = names.flatMap((one) => known.get(one) ?? []);
    return found.length > 0 ? found : usualColumns(entity).flatMap((one) => known.get(one) ?? []);
  }, [entity, chosen, key]);
}

function Search({ value, onChange }: { value: string; onChange: (value: string | undefined) => void }) {
  const say = useSpeech().say;
  const [typed, setTyped] = useState(value);
  const field = useRef<InputRef>(null);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed || undefined), PAUSE);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLElement && ["INPUT", "TEXTAREA"].includes(event.target.tagName);
      if (event.key !== "/" || typing) return;
      event.preventDefault();
      field.current?.focus();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
  return <Input ref={field} allowClear value={typed} onChange={(event) => setTyped(event.target.value)} placeholder={say(words.search)} aria-label={say(words.search)} style={{ width: 180 }} />;
}

function Filters({ entity, tree, text, onApply }: { entity: EntityMeta; tree: Tree | null; text: string; onApply: (filter: Tree | string | null) => void }) {
  const say = useSpeech().say;
  const [open, setOpen] = useState(false);
  return (
    <Popover
      open={open} onOpenChange={setOpen} trigger="click" placement="bottomRight" destroyOnHidden
      content={<FilterBuilder entity={entity} value={tree} text={text} onApply={(next) => { onApply(next); setOpen(false); }} />}
    >
      <Button icon={<FilterOutlined />} type={tree || text ? "primary" : "default"} ghost={!!(tree || text)}>{say(words.filter)}</Button>
    </Popover>
  );
}

function Columns({ entity, chosen, onChoose }: { entity: EntityMeta; chosen: readonly string[]; onChoose: (names: string[]) => void }) {
  const say = useSpeech().say;
  const fields = entity.fields.filter((one) => isListable(one) || chosen.includes(one.name));
  return (
    <Popover
      trigger="click" placement="bottomRight" title={say(words.columns)}
      content={
        <Checkbox.Group
          className="column-choice" value={[...chosen]} options={fields.map((one) => ({ value: one.name, label: one.label }))}
          onChange={(names) => onChoose([...chosen.filter((one) => names.includes(one)), ...names.filter((one) => !chosen.includes(one))])}
        />
      }
    >
      <Button icon={<SettingOutlined />} aria-label={say(words.columns)} title={say(words.columns)} />
    </Popover>
  );
}

function Views({ entity, now, onChoose }: { entity: EntityMeta; now: { view?: string; filter?: string }; onChoose: (view: View | null) => void }) {
  const say = useSpeech().say;
  const views = usualViews(entity);
  if (views.length === 0) return null;
  return (
    <div className="views" role="tablist" aria-label={entity.label}>
      <button type="button" role="tab" aria-selected={!now.view && !now.filter} onClick={() => onChoose(null)}>{say(words.all)}</button>
      {views.map((one) => (
        <button key={one.key} type="button" role="tab" aria-selected={now.view === one.key} onClick={() => onChoose(one)}>{say(one.word)}</button>
      ))}
    </div>
  );
}

function Chips({ entity, tree, text, onChange }: { entity: EntityMeta; tree: Tree | null; text: string; onChange: (filter: string | undefined) => void }) {
  const speech = useSpeech();
  const known = useNeighbours(entity);
  if (!tree && !text) return null;
  if (!tree) return <div className="chips"><Tag closable onClose={() => onChange(undefined)}><code>{text}</code></Tag></div>;
  const saidOf = (one: Tree): string =>
    isGroup(one)
      ? partsOf(one).map(saidOf).join(` ${speech.say("all" in one ? words.and : words.or)} `)
      : written(one, fieldAt(entity, one.field, known), pathLabel(entity, one.field, known), speech);
  const parts = isGroup(tree) ? partsOf(tree) : [tree];
  const without = (at: number): string | undefined => {
    const rest = parts.filter((_, index) => index !== at);
    return rest.length === 0 ? undefined : JSON.stringify(isGroup(tree) ? withParts(tree, rest) : rest[0]);
  };
  return (
    <div className="chips">
      {parts.map((one, at) => <Tag key={`${at}-${saidOf(one)}`} closable onClose={() => onChange(without(at))}>{saidOf(one)}</Tag>)}
      {parts.length > 1 && isGroup(tree) && <small className="quiet">{speech.say("all" in tree ? words.allOf : words.anyOf)}</small>}
    </div>
  );
}

/** What all that is listed comes to, also what is not loaded yet. */
function Totals({ entity, columns, filter, search, shown }: { entity: EntityMeta; columns: readonly FieldMeta[]; filter?: string; search?: string; shown: boolean }) {
  const speech = useSpeech();
  const { language } = useSettings();
  const sums = sumsOf(entity, columns);
  const found = useQuery({
    queryKey: ["list", entity.name, "totals", filter, search, sums.map((one) => one.name).join(), language],
    queryFn: ({ signal }) => get<{ groups: Record<string, unknown>[] }>(`/${entity.name}/group`, { sums: sums.map((one) => one.name).join(","), filter, search, limit: 1 }, signal),
    enabled: shown && sums.length > 0,
    placeholderData: keepPreviousData,
  });
  const row = found.data?.groups[0];
  if (!row || !shown) return null;
  return (
    <footer className="list-totals">
      {sums.map((one) => (
        <span key={one.name}><small className="quiet">Σ {one.label}</small> <b>{isMissing(row[one.name]) ? "—" : KINDS[one.kind].text(row[one.name], one, speech)}</b></span>
      ))}
    </footer>
  );
}
