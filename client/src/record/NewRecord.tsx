/** A new record, typed into a form drawn from the catalogue. */

import { useNavigate } from "@tanstack/react-router";
import { Button, Form } from "antd";
import { useState } from "react";
import { Problem } from "@/api/http";
import { useEntity } from "@/api/meta";
import { isRef } from "@/api/records";
import { useDeeds } from "@/api/deeds";
import { useSay } from "@/app/speech";
import { KINDS } from "@/kinds";
import { Typed } from "@/kinds/Value";
import { frame } from "@/messages/frame";
import { useTell } from "@/parts/tell";

/** Write a value as the server takes it: a reference by its id. */
export function asSent(value: unknown): unknown {
  return isRef(value) ? value.id : value;
}

export function NewRecord({ entity: name }: { entity: string }) {
  const say = useSay();
  const entity = useEntity(name);
  const deeds = useDeeds();
  const tell = useTell();
  const navigate = useNavigate();
  const [values, setValues] = useState<Record<string, unknown>>({});
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const fields = entity.fields.filter((one) => one.writable && one.kind !== "lines");
  const save = async (): Promise<void> => {
    const body = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, asSent(value)]));
    try {
      const outcome = await deeds.perform({ entity: name, operation: "create", body });
      if (outcome.kind === "done" && outcome.record)
        await navigate({ to: "/$entity/$id", params: { entity: name, id: outcome.record.id } });
    } catch (error) {
      setWrong(error instanceof Problem ? error.byField : {});
      tell.failure(error);
    }
  };
  return (
    <>
      <header className="page-head">
        <h1>{`${say(frame.create)} ${entity.label}`}</h1>
        <span className="gap" />
        <Button type="primary" onClick={() => void save()}>{say(frame.save)}</Button>
      </header>
      <div className="page-body">
        <Form layout="vertical" className="fields">
          {fields.map((field) => (
            <Form.Item
              key={field.name} label={field.label} required={field.required} help={wrong[field.name]}
              validateStatus={wrong[field.name] ? "error" : ""} className={KINDS[field.kind].wide ? "wide" : ""}
            >
              <Typed
                field={field} value={values[field.name] ?? field.default}
                onChange={(value) => setValues((now) => ({ ...now, [field.name]: value }))}
              />
            </Form.Item>
          ))}
        </Form>
      </div>
    </>
  );
}
