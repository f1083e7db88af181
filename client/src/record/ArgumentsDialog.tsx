/** Asking for what an operation needs, drawn from its arguments; the server says what would happen. */

import { Alert, Form, Input, InputNumber, Modal, Switch, DatePicker, Select } from "antd";
import dayjs from "dayjs";
import { useEffect, useState } from "react";
import { preview, useDeeds, type Preview } from "@/api/deeds";
import { Problem, type Rec } from "@/api/http";
import { fieldOf, useRoleName, type EntityMeta, type FieldMeta, type OperationMeta, type Schema } from "@/api/meta";
import { isRef, type Seen } from "@/api/records";
import { useSay } from "@/app/speech";
import { Value } from "@/kinds/Value";
import { PickReference } from "@/kinds/references";
import { frame } from "@/messages/frame";
import { record as words } from "@/messages/record";
import { sameValue } from "@/record/Conflict";
import { asSent } from "@/record/draft";
import { HOUSE } from "@/record/layout";
import { useTell } from "@/parts/tell";

/** The simple arguments: texts, numbers, days, choices, records. Lists of parts have pages of their own. */
export function simpleArguments(operation: OperationMeta): [name: string, schema: Schema][] {
  return Object.entries(operation.arguments?.properties ?? {}).filter(([, one]) => isSimple(plainOf(one)));
}

export function hasArguments(operation: OperationMeta): boolean {
  return simpleArguments(operation).length > 0;
}

function plainOf(schema: Schema): Schema {
  return schema.anyOf?.find((one) => one.type !== "null") ?? schema;
}

function isSimple(schema: Schema): boolean {
  return ["string", "integer", "number", "boolean"].includes(String(schema.type));
}

/** How an argument is called: as the record's field of that name, else its own name in words. */
function labelOf(name: string, schema: Schema, entity: EntityMeta): string {
  return schema.title ?? fieldOf(entity, name)?.label ?? name.replaceAll("_", " ");
}

export function ArgumentsDialog({ entity, record, operation, onClose }: {
  entity: EntityMeta;
  record: Seen;
  operation: OperationMeta;
  onClose: () => void;
}) {
  const say = useSay();
  const deeds = useDeeds();
  const tell = useTell();
  const roleName = useRoleName();
  const [values, setValues] = useState<Record<string, unknown>>({});
  const [known, setKnown] = useState<Preview | null>(null);
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const sent = Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== "").map(([name, value]) => [name, asSent(value)]),
  );
  const text = JSON.stringify(sent);
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      preview({ entity: entity.name, operation: operation.name, id: record.id, body: JSON.parse(text) as Record<string, unknown> }, stop.signal)
        .then(setKnown)
        .catch((error: unknown) => {
          if (!stop.signal.aborted && error instanceof Problem)
            setKnown({ possible: false, waits_for: null, obstacles: [...error.reasons], record: null });
        });
    }, 250);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [entity.name, operation.name, record.id, text]);

  const go = async (): Promise<void> => {
    setBusy(true);
    try {
      const outcome = await deeds.perform({
        entity: entity.name, operation: operation.name, id: record.id, seen: record.version, body: sent,
      });
      tell.outcome(operation, outcome);
      onClose();
    } catch (error) {
      setWrong(error instanceof Problem ? error.byField : {});
      tell.failure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open title={operation.label} onCancel={onClose} onOk={() => void go()} okText={operation.label} cancelText={say(frame.cancel)}
      confirmLoading={busy} okButtonProps={{ disabled: known ? !known.possible && !known.waits_for : false }}
    >
      <Form layout="vertical" onFinish={() => void go()}>
        {simpleArguments(operation).map(([name, schema], at) => (
          <Form.Item
            key={name} label={labelOf(name, schema, entity)} htmlFor={`argument-${name}`} help={wrong[name]} validateStatus={wrong[name] ? "error" : ""}
            required={operation.arguments?.required?.includes(name)}
          >
            <Argument
              name={name} schema={plainOf(schema)} field={fieldOf(entity, name)} value={values[name]} autoFocus={at === 0}
              onChange={(value) => setValues((now) => ({ ...now, [name]: value }))}
            />
          </Form.Item>
        ))}
      </Form>
      {known?.record && known.possible && <WouldChange entity={entity} now={record} then={known.record} />}
      {known?.waits_for && <Alert type="warning" showIcon title={say(words.wouldWait, { role: roleName(known.waits_for) })} description={known.obstacles.map((one) => one.detail).join("\n")} />}
      {known && !known.possible && !known.waits_for && (
        <Alert type="error" showIcon title={say(words.obstacles)} description={<span className="long-text">{known.obstacles.map((one) => one.detail).join("\n")}</span>} />
      )}
    </Modal>
  );
}

/** What the record would be like afterwards, where it differs. */
function WouldChange({ entity, now, then }: { entity: EntityMeta; now: Rec; then: Rec }) {
  const say = useSay();
  const changed = entity.fields.filter(
    (one) => one.kind !== "lines" && one.name in then && !HOUSE.test(one.name) && !sameValue(now[one.name], then[one.name]),
  );
  if (changed.length === 0) return null;
  return (
    <dl className="would" aria-label={say(words.would)}>
      {changed.map((field) => (
        <div key={field.name}>
          <dt>{field.label}</dt>
          <dd><Value field={field} value={now[field.name]} record={now} /> → <Value field={field} value={then[field.name]} record={then} /></dd>
        </div>
      ))}
    </dl>
  );
}

function Argument({ name, schema, field, value, onChange, autoFocus }: {
  name: string;
  schema: Schema;
  field: FieldMeta | undefined;
  value: unknown;
  onChange: (value: unknown) => void;
  autoFocus: boolean;
}) {
  const id = `argument-${name}`;
  if (schema.type === "boolean") return <Switch id={id} checked={value === true} onChange={onChange} />;
  if (schema.enum) {
    const options = schema.enum.map((one) => ({ value: one, label: field?.options?.find((it) => it.value === one)?.label ?? one }));
    return <Select id={id} value={value} options={options} onChange={onChange} allowClear />;
  }
  if (schema.format === "uuid") {
    const target: FieldMeta = { name, label: name, kind: "reference", writable: true, schema, entity: schema["x-entity"] || field?.entity || name };
    return <PickReference id={id} field={target} value={isRef(value) ? value : null} onChange={onChange} autoFocus={autoFocus} />;
  }
  if (schema.format === "date")
    return <DatePicker id={id} value={value ? dayjs(String(value)) : null} format="YYYY-MM-DD" style={{ width: "100%" }} autoFocus={autoFocus} onChange={(day) => onChange(day?.format("YYYY-MM-DD"))} />;
  if (schema.format === "decimal" || schema.type === "integer" || schema.type === "number")
    return <InputNumber<string> id={id} stringMode controls={false} style={{ width: "100%" }} autoFocus={autoFocus} value={value as string | undefined} onChange={(typed) => onChange(schema.type === "integer" && typed !== null ? Number(typed) : (typed ?? undefined))} />;
  return <Input id={id} value={String(value ?? "")} autoFocus={autoFocus} onChange={(event) => onChange(event.target.value)} />;
}
