/** References: a link where it shows; a picker that searches while one types, and makes what isn't there. */

import { ExportOutlined, PlusOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Drawer, Select, Space } from "antd";
import { lazy, Suspense, useMemo, useState } from "react";
import type { Rec } from "@/api/http";
import { isRef, useSearch, useSome, type Ref } from "@/api/records";
import { fieldOf, may, useEntityIfSeen, useHouse, type EntityMeta } from "@/api/meta";
import { useRecent } from "@/app/recent";
import { useSpeech, type Speech } from "@/app/speech";
import { isMissing, type EditProps, type KindView, type ShowProps } from "@/kinds/kind";
import { kinds } from "@/messages/kinds";
import { Waiting } from "@/parts/Waiting";

const NewRecord = lazy(async () => ({ default: (await import("@/record/NewRecord")).NewRecord }));

const titleOf = (value: unknown): string => (isRef(value) ? (value.title ?? "") : isMissing(value) ? "" : String(value));

export function RecordLink({ entity, to }: { entity: string | undefined; to: Ref }) {
  const known = useHouse().entities.find((one) => one.name === entity);
  const shown = to.title ?? known?.label ?? "";
  if (!known) return shown ? <>{shown}</> : <span className="quiet">—</span>;
  return (
    <Link to="/$entity/$id" params={{ entity: known.name, id: to.id }} className="record-link">{shown}</Link>
  );
}

function ShowReference({ field, value }: ShowProps) {
  return isRef(value) ? <RecordLink entity={value.entity ?? field.entity} to={value} /> : <>{titleOf(value)}</>;
}

interface Choice {
  value: string;
  label: string;
  /** What tells it from others of that name. */
  second: string;
}

const TELLING = ["number", "code", "short_name", "specification", "region", "owner", "customer"];
const FIRST = 20;

/** The few fields that tell records of one kind apart, beside their title. */
function secondOf(meta: EntityMeta | undefined, record: Rec): string {
  const shown = TELLING.filter((name) => name !== meta?.title && meta && fieldOf(meta, name))
    .map((name) => record[name])
    .map((value) => (isRef(value) ? (value.title ?? "") : isMissing(value) ? "" : String(value)));
  return shown.filter(Boolean).slice(0, 3).join(" · ");
}

function useChoices(entity: string, words: string, open: boolean): { options: Choice[]; busy: boolean; meta: EntityMeta | undefined } {
  const meta = useEntityIfSeen(open ? entity : undefined);
  const searching = words.trim() !== "";
  const hits = useSearch(open ? words : "", entity);
  const ids = (hits.data?.hits ?? []).map((one) => one.id);
  const recent = useRecent().filter((one) => one.entity === entity);
  const wanted = searching ? ids : recent.map((one) => one.id);
  const detail = useSome(
    entity,
    { filter: `id in [${wanted.map((one) => `"${one}"`).join(", ")}]`, limit: FIRST * 2 },
    open && wanted.length > 0 && meta !== undefined && entity !== "",
  );
  const first = useSome(entity, { limit: FIRST }, open && !searching && entity !== "");
  const options = useMemo(() => {
    const details = new Map((detail.data?.records ?? []).map((one) => [one.id, one]));
    const written = (record: Rec): Choice => ({
      value: record.id, label: String(record[meta?.title ?? "name"] ?? record["name"] ?? ""), second: secondOf(meta, record),
    });
    if (searching)
      return (hits.data?.hits ?? []).map((one) => {
        const known = details.get(one.id);
        return { value: one.id, label: one.title, second: known ? secondOf(meta, known) : "" };
      });
    const lately = recent.flatMap((one) => details.get(one.id) ?? []);
    const rest = (first.data?.records ?? []).filter((one) => !lately.some((known) => known.id === one.id));
    return [...lately, ...rest].map(written);
  }, [detail.data, first.data, hits.data, meta, recent, searching]);
  return { options, meta, busy: hits.isFetching || first.isFetching };
}

/** The value is `{id, title}`, so that what was picked keeps its name; the server gets the id. */
export function PickReference({ value, onChange, field, id, disabled, autoFocus, invalid, inCell }: EditProps) {
  const { say }: Speech = useSpeech();
  const [words, setWords] = useState("");
  const [open, setOpen] = useState(false);
  const [making, setMaking] = useState(false);
  const entity = field.entity ?? "";
  const inShort = useHouse().entities.find((one) => one.name === entity);
  const { options, busy } = useChoices(entity, words, open);
  const now = isRef(value) ? value : undefined;
  const all = now && !options.some((one) => one.value === now.id) ? [{ value: now.id, label: now.title ?? "…", second: "" }, ...options] : options;
  const pick = (picked: Ref | null): void => {
    setWords("");
    onChange(picked);
  };
  const select = (
    <Select<string, Choice>
      id={id} value={now?.id} disabled={disabled} autoFocus={autoFocus} status={invalid ? "error" : ""}
      allowClear={!field.required} style={{ width: "100%" }} variant={inCell ? "borderless" : "outlined"}
      showSearch={{ filterOption: false, onSearch: setWords, searchValue: words }}
      options={all} open={open} onOpenChange={setOpen} loading={busy} aria-label={field.label} popupMatchSelectWidth={280}
      optionRender={({ data }) => (
        <span className="pick">
          <span>{data.label}</span>
          {data.second && <small className="quiet">{data.second}</small>}
        </span>
      )}
      popupRender={(list) => (
        <>
          {list}
          {may(inShort, "create") && !inCell && (
            <Button
              type="text" block icon={<PlusOutlined />} className="pick-new" onMouseDown={(event) => event.preventDefault()}
              onClick={() => { setOpen(false); setMaking(true); }}
            >
              {say(kinds.make, { label: inShort?.label ?? "" })}
            </Button>
          )}
        </>
      )}
      onChange={(picked: string | undefined) => {
        const chosen = all.find((one) => one.value === picked);
        pick(picked && chosen ? { id: picked, title: chosen.label } : null);
      }}
    />
  );
  if (inCell) return select;
  return (
    <>
      <Space.Compact block>
        {select}
        {now && inShort && (
          <Button
            icon={<ExportOutlined />} href={`/${entity}/${now.id}`} target="_blank"
            aria-label={say(kinds.openApart, { title: now.title ?? inShort.label })}
          />
        )}
      </Space.Compact>
      <Drawer open={making} onClose={() => setMaking(false)} size={720} title={say(kinds.make, { label: inShort?.label ?? "" })} destroyOnHidden>
        <Suspense fallback={<Waiting />}>
          <NewRecord
            entity={entity} given={words.trim()}
            onMade={(made, title) => { setMaking(false); pick({ id: made.id, title }); }}
          />
        </Suspense>
      </Drawer>
    </>
  );
}

export const reference: KindView = {
  Show: ShowReference, Edit: PickReference, text: titleOf, width: 170, sortable: true,
};

export const referenceAny: KindView = { ...reference, sortable: false };
