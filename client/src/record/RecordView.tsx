/** One record: its state, what may be done, its fields and lines, what belongs to it, its history. */

import { EditOutlined, EllipsisOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Alert, App, Button, DatePicker, Drawer, Dropdown, Space } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useCallback, useEffect, useMemo, useState } from "react";
import { get, Problem, type Rec } from "@/api/http";
import { useEntity, useRoleName, useToday, type EntityMeta } from "@/api/meta";
import { useRecord, type Seen } from "@/api/records";
import { useDeeds } from "@/api/deeds";
import { Failed } from "@/app/Lost";
import { useSettings } from "@/app/settings";
import { useSpeech } from "@/app/speech";
import { labelOf } from "@/kinds/choices";
import { LineTable } from "@/lines/LineTable";
import { frame } from "@/messages/frame";
import { record as words } from "@/messages/record";
import { ChainBar } from "@/record/ChainBar";
import { Conflict, sameValue } from "@/record/Conflict";
import { body, byField, linesAsSent, useDraft, usePreview, type Values } from "@/record/draft";
import { Fields } from "@/record/Fields";
import { History } from "@/record/History";
import { layoutOf } from "@/record/layout";
import { Operations } from "@/record/Operations";
import { Panels } from "@/record/Panels";
import { StateBar } from "@/record/StateBar";
import { Trace } from "@/record/Trace";
import { Together } from "@/collab/Together";
import { useTell } from "@/parts/tell";
import { Waiting } from "@/parts/Waiting";
import { useRemember } from "@/app/recent";
import "@/record/record.css";

export function titleOf(entity: EntityMeta, record: Rec): string {
  const title = record[entity.title];
  return typeof title === "string" && title && entity.title !== "id" ? title : entity.label;
}

export function RecordView({ entity: name, id }: { entity: string; id: string }) {
  const entity = useEntity(name);
  const record = useRecord(name, id);
  if (record.error) return <Failed error={record.error} reset={() => void record.refetch()} />;
  if (!record.data) return <Waiting />;
  return <Page key={record.data.id} entity={entity} now={record.data} />;
}

/** The record as it was at the end of a day. */
function useThen(entity: string, id: string, day: string | null): Rec | undefined {
  const { language } = useSettings();
  return useQuery({
    queryKey: ["record", entity, id, "as_of", day, language],
    queryFn: ({ signal }) => get<Rec>(`/${entity}/${id}`, { as_of: day }, signal),
    enabled: day !== null,
  }).data;
}

function Page({ entity, now }: { entity: EntityMeta; now: Seen }) {
  const speech = useSpeech();
  const { say } = speech;
  const deeds = useDeeds();
  const tell = useTell();
  const { message } = App.useApp();
  const roleName = useRoleName();
  const today = useToday();
  const navigate = useNavigate();
  const draft = useDraft(entity.name, now.id);
  const [editing, setEditing] = useState(false);
  const [focus, setFocus] = useState<string>();
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [theirs, setTheirs] = useState<Rec | null>(null);
  const [day, setDay] = useState<string | null>(null);
  const [tracing, setTracing] = useState(false);
  const [busy, setBusy] = useState(false);
  const then = useThen(entity.name, now.id, day);
  const mayEdit = now.can["edit"] === true;
  const changes = useMemo(() => sentOf(entity, draft.values), [entity, draft.values]);
  const known = usePreview(entity.name, now.id, changes, editing && draft.isChanged);
  useRemember(entity.name, now.id, titleOf(entity, now));

  const edit = useCallback((field?: string) => {
    if (!mayEdit) return;
    draft.begin(now);
    draft.dismiss();
    setFocus(field);
    setEditing(true);
  }, [mayEdit, draft, now]);
  const stop = (): void => {
    draft.clear();
    setEditing(false);
    setWrong({});
  };
  const save = useCallback(async (values: Values, seen: number | undefined): Promise<void> => {
    if (Object.keys(values).length === 0) return setEditing(false);
    setBusy(true);
    try {
      const outcome = await deeds.perform({
        entity: entity.name, operation: "edit", id: now.id, seen, body: sentOf(entity, values),
      });
      const meta = entity.operations.find((one) => one.name === "edit");
      tell.outcome(meta ?? { label: say(frame.edit), inverse: null }, outcome);
      draft.clear();
      setEditing(false);
      setWrong({});
      setTheirs(null);
    } catch (error) {
      if (error instanceof Problem && error.current) setTheirs(error.current);
      else {
        if (error instanceof Problem) setWrong(error.byField);
        tell.failure(error);
      }
    } finally {
      setBusy(false);
    }
  }, [deeds, entity, now.id, draft, say, tell]);

  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLElement && (event.target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(event.target.tagName));
      const saving = (event.ctrlKey || event.metaKey) && (event.key.toLowerCase() === "s" || event.key === "Enter");
      if (saving && editing) void save(draft.values, draft.seen);
      else if (event.key === "e" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) edit();
      else if (event.key === "Escape" && editing && !draft.isChanged) setEditing(false);
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [editing, draft, save, edit]);

  const shown: Rec = then ? then : { ...now, ...totalsOf(entity, known?.record, draft.values), ...draft.values };
  const marked = useMemo(
    () => new Set(then ? Object.keys(now).filter((one) => !sameValue(now[one], then[one])) : []),
    [now, then],
  );
  const layout = layoutOf(entity);
  const stateField = entity.lifecycle?.field;
  const state = stateField ? String(shown[stateField] ?? "") : "";
  const remove = async (): Promise<void> => {
    try {
      await deeds.perform({ entity: entity.name, operation: "delete", id: now.id, seen: now.version });
      void message.success(say(words.deleted));
      await navigate({ to: "/$entity", params: { entity: entity.name } });
    } catch (error) {
      tell.failure(error);
    }
  };
  return (
    <div className={then ? "record then" : "record"}>
      <header className="page-head">
        <div className="record-title">
          <small className="quiet">{entity.label}</small>
          <h1>{titleOf(entity, shown)}</h1>
        </div>
        {entity.lifecycle && (
          <StateBar lifecycle={entity.lifecycle} state={state} label={labelOf(entity.fields.find((one) => one.name === stateField) ?? entity.fields[0]!, state)} />
        )}
        <span className="gap" />
        {editing ? (
          <Space>
            <span className="quiet hide-narrow">{say(words.draftKept)}</span>
            <Button onClick={stop}>{say(words.discard)}</Button>
            <Button type="primary" loading={busy} onClick={() => void save(draft.values, draft.seen)}>{say(words.saveKeys)}</Button>
          </Space>
        ) : (
          !then && (
            <>
              <Operations entity={entity} record={now} />
              {mayEdit && <Button icon={<EditOutlined />} onClick={() => edit()}>{say(frame.edit)}</Button>}
              <Dropdown
                trigger={["click"]}
                menu={{
                  items: [
                    { key: "trace", label: say(words.trace), onClick: () => setTracing(true) },
                    { key: "asOf", label: say(words.asOf), onClick: () => setDay(dayjs(today).subtract(1, "day").format("YYYY-MM-DD")) },
                    { key: "copy", label: say(words.copyLink), onClick: () => void navigator.clipboard.writeText(window.location.href).then(() => message.success(say(words.copied))) },
                    { key: "print", label: say(words.print), onClick: () => window.print() },
                    ...(now.can["delete"] === true ? [{ type: "divider" as const }, { key: "delete", danger: true, label: say(frame.remove), onClick: () => void remove() }] : []),
                  ],
                }}
              >
                <Button icon={<EllipsisOutlined />} aria-label={say(words.more)} />
              </Dropdown>
            </>
          )
        )}
      </header>
      {day !== null && (
        <Alert
          className="banner" type="warning" title={say(words.asOfShown, { day: speech.day(day) })}
          action={
            <Space>
              <DatePicker value={dayjs(day)} allowClear={false} format="YYYY-MM-DD" onChange={(picked: Dayjs | null) => picked && setDay(picked.format("YYYY-MM-DD"))} aria-label={say(words.asOf)} />
              <Button onClick={() => setDay(null)}>{say(words.backToNow)}</Button>
            </Space>
          }
        />
      )}
      {!editing && draft.isChanged && draft.found && mayEdit && (
        <Alert
          className="banner" type="info" showIcon title={say(words.draftFound, { ago: speech.ago(draft.found) })}
          action={<Space><Button size="small" type="primary" onClick={() => { draft.dismiss(); setEditing(true); }}>{say(words.takeUp)}</Button><Button size="small" onClick={stop}>{say(words.discard)}</Button></Space>}
        />
      )}
      {editing && known && !known.possible && (
        <Alert className="banner" type={known.waits_for ? "warning" : "error"} showIcon title={known.waits_for ? say(words.wouldWait, { role: roleName(known.waits_for) }) : say(words.obstacles)} description={known.obstacles.map((one) => one.detail).join("\n")} />
      )}
      {entity.chain && !then && <ChainBar entity={entity.name} id={now.id} />}
      <div className="record-body">
        <div className="record-main">
          <section className="sheet">
            <Fields
              entity={entity} shown={shown} editing={editing} focus={focus} marked={marked}
              wrong={{ ...byField(known?.obstacles ?? []), ...wrong }} onChange={draft.set} onEdit={mayEdit && !then ? edit : undefined}
            />
          </section>
          {layout.lines.map((field) => {
            const lines = (shown[field.name] ?? []) as Rec[];
            const typed = editing && field.writable;
            if (!field.lines || (lines.length === 0 && !typed)) return null;
            return (
              <section key={field.name} className="sheet" aria-label={field.label}>
                <h2>{field.label}</h2>
                <LineTable
                  entity={field.lines} name={field.name} lines={lines} readOnly={!typed} record={shown}
                  onChange={(next) => draft.set(field.name, next)} errors={{ ...byField(known?.obstacles ?? []), ...wrong }}
                />
              </section>
            );
          })}
          <Panels entity={entity.name} id={now.id} title={titleOf(entity, now)} />
        </div>
        <aside className="record-side" aria-label={say(words.history)}>
          <Together entity={entity.name} id={now.id} />
          <h2>{say(words.history)}</h2>
          <History entity={entity.name} id={now.id} />
        </aside>
      </div>
      {theirs && (
        <Conflict
          entity={entity} mine={draft.values} theirs={theirs} before={draft.before} onClose={() => setTheirs(null)}
          onKeep={(values) => { setTheirs(null); void save(values, theirs.version); }}
        />
      )}
      <Drawer open={tracing} onClose={() => setTracing(false)} size={640} title={say(words.trace)} destroyOnHidden>
        <Trace entity={entity.name} id={now.id} />
      </Drawer>
    </div>
  );
}

/** What goes to the server: fields as they are, of lines what may be written. */
function sentOf(entity: EntityMeta, values: Values): Values {
  const plain = Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const lines = entity.fields.find((one) => one.name === name && one.kind === "lines")?.lines;
      return [name, lines ? linesAsSent(value as Values[], lines) : value];
    }),
  );
  return body(plain);
}

/** What the server computed while one types: everything that nobody typed. */
function totalsOf(entity: EntityMeta, previewed: Rec | null | undefined, typed: Values): Values {
  if (!previewed) return {};
  return Object.fromEntries(
    entity.fields
      .filter((one) => !(one.name in typed) && one.kind !== "lines" && one.name in previewed)
      .map((one) => [one.name, previewed[one.name]]),
  );
}
