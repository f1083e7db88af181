/** A new record, typed into a form drawn from the catalogue; the server fills in what it knows. */

import { useNavigate, useSearch } from "@tanstack/react-router";
import { Alert, Button, Space } from "antd";
import { useCallback, useEffect, useMemo, useState } from "react";
import { Problem, type Rec } from "@/api/http";
import { useEntity, type EntityMeta } from "@/api/meta";
import { useDeeds } from "@/api/deeds";
import { useSpeech } from "@/app/speech";
import { LineTable } from "@/lines/LineTable";
import { frame } from "@/messages/frame";
import { record as words } from "@/messages/record";
import { body, byField, linesAsSent, useDraft, usePreview, type Values } from "@/record/draft";
import { Fields } from "@/record/Fields";
import { isTyped, layoutOf } from "@/record/layout";
import { SimilarRecords } from "@/record/Similar";
import { useTell } from "@/parts/tell";
import "@/record/record.css";

interface NewRecordProps {
  entity: string;
  /** Made for a field of another record: what was typed there, and whom to tell. */
  given?: string;
  onMade?: (record: Rec, title: string) => void;
}

/** What the page was opened with: `?given={"customer": {"id", "title"}}`. */
function useGiven(entity: EntityMeta, typed: string | undefined): Values {
  const search: Record<string, unknown> = useSearch({ strict: false });
  return useMemo(() => {
    if (typed !== undefined) return typed && entity.title !== "id" && isText(entity, entity.title) ? { [entity.title]: typed } : {};
    const given = typeof search["given"] === "object" && search["given"] !== null ? Object.entries(search["given"]) : [];
    return Object.fromEntries(given.filter(([name]) => entity.fields.some((one) => one.name === name && one.writable)));
  }, [entity, search, typed]);
}

const isText = (entity: EntityMeta, name: string): boolean =>
  entity.fields.some((one) => one.name === name && one.kind === "text" && one.writable);

export function NewRecord({ entity: name, given: typed, onMade }: NewRecordProps) {
  const speech = useSpeech();
  const { say } = speech;
  const entity = useEntity(name);
  const deeds = useDeeds();
  const tell = useTell();
  const navigate = useNavigate();
  const given = useGiven(entity, typed);
  const draft = useDraft(name, onMade ? "picked" : "new");
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const { set } = draft;
  useEffect(() => Object.entries(given).forEach(([field, value]) => set(field, value)), [given, set]);
  const sent = useMemo(() => {
    const plain = Object.fromEntries(
      Object.entries(draft.values).map(([field, value]) => {
        const lines = entity.fields.find((one) => one.name === field && one.kind === "lines")?.lines;
        return [field, lines ? linesAsSent(value as Values[], lines) : value];
      }),
    );
    return body(plain);
  }, [draft.values, entity]);
  const required = entity.fields.filter((one) => one.required && one.writable);
  const enough = required.every((one) => draft.values[one.name] !== undefined && draft.values[one.name] !== null);
  const known = usePreview(name, undefined, sent, draft.isChanged && enough);
  const save = useCallback(async (another = false): Promise<void> => {
    setBusy(true);
    try {
      const outcome = await deeds.perform({ entity: name, operation: "create", body: sent });
      tell.outcome(entity.operations.find((one) => one.name === "create") ?? { label: say(frame.create), inverse: null }, outcome);
      draft.clear();
      setWrong({});
      if (another) return;
      if (onMade && outcome.kind === "done" && outcome.record) onMade(outcome.record, String(outcome.record[entity.title] ?? entity.label));
      else if (outcome.kind === "done" && outcome.record)
        await navigate({ to: "/$entity/$id", params: { entity: name, id: outcome.record.id } });
    } catch (error) {
      setWrong(error instanceof Problem ? error.byField : {});
      tell.failure(error);
    } finally {
      setBusy(false);
    }
  }, [deeds, name, sent, tell, entity, say, draft, navigate, onMade]);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || !(event.key.toLowerCase() === "s" || event.key === "Enter")) return;
      event.preventDefault();
      void save();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [save]);
  const shown: Rec = { id: "new", ...previewed(known?.record), ...draft.values };
  const errors = { ...(known && !known.possible ? byField(known.obstacles) : {}), ...wrong };
  return (
    <div className="record">
      <header className="page-head">
        <div className="record-title">
          <small className="quiet">{entity.label}</small>
          <h1>{say(words.new, { label: entity.label })}</h1>
        </div>
        <span className="gap" />
        <Space>
          {draft.isChanged && <Button onClick={draft.clear}>{say(words.discard)}</Button>}
          {!onMade && <Button className="hide-narrow" disabled={busy} onClick={() => void save(true)}>{say(words.saveAndNew)}</Button>}
          <Button type="primary" loading={busy} onClick={() => void save()}>{say(words.saveKeys)}</Button>
        </Space>
      </header>
      {draft.found && draft.isChanged && (
        <Alert className="banner" type="info" showIcon closable title={say(words.draftFound, { ago: speech.ago(draft.found) })} />
      )}
      <SimilarRecords entity={entity} typed={draft.values} />
      <div className="record-main page-body">
        <section className="sheet">
          <Fields entity={entity} shown={shown} editing isNew wrong={errors} onChange={draft.set} focus={entity.fields.find((one) => isTyped(one, true))?.name} />
        </section>
        {layoutOf(entity).lines.filter((one) => one.writable && one.lines).map((field) => (
          <section key={field.name} className="sheet" aria-label={field.label}>
            <h2>{field.label}</h2>
            <LineTable
              entity={field.lines!} name={field.name} lines={(draft.values[field.name] ?? []) as Rec[]} record={shown}
              onChange={(next) => draft.set(field.name, next)} errors={errors}
            />
          </section>
        ))}
      </div>
    </div>
  );
}

/** What the server would put where nothing was typed. */
function previewed(record: Rec | null | undefined): Values {
  return Object.fromEntries(Object.entries(record ?? {}).filter(([name]) => name !== "lines"));
}
