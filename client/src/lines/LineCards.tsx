/** Lines on a phone: a card each, its quantity by steps, the rest in a drawer. */

import { CopyOutlined, DeleteOutlined, MinusOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Drawer, Form } from "antd";
import Decimal from "decimal.js";
import { useImperativeHandle, useState } from "react";
import type { Rec } from "@/api/http";
import { useSay, useSpeech } from "@/app/speech";
import { Typed, Value } from "@/kinds/Value";
import { isMissing } from "@/kinds/kind";
import type { LineColumn } from "@/lines/columns";
import { keyOf, newLine, type Line } from "@/lines/line";
import { reasonsOf } from "@/lines/LineRow";
import type { LineViewProps } from "@/lines/LineSheet";
import { cellText, readNumber } from "@/lines/reading";
import { duplicated, withCell, withoutRows } from "@/lines/sheet";
import { lines as words } from "@/messages/lines";

const TITLES = new Set(["reference", "text"]);
const FACTS = 4;

export function LineCards({ entity, lines, onChange, readOnly, columns, wrong, record, computed, footer, handle }: LineViewProps) {
  const say = useSay();
  const [open, setOpen] = useState<number>();
  const add = (): void => {
    onChange([...lines, newLine()]);
    setOpen(lines.length);
  };
  useImperativeHandle(handle, () => ({ focus: () => (lines.length === 0 ? add() : undefined) }));
  const line = open === undefined ? undefined : lines[open];
  return (
    <div className="line-cards">
      <ol aria-label={entity.label}>
        {lines.map((one, at) => (
          <Card
            key={keyOf(one)} at={at} line={one} computed={computed.get(keyOf(one))} columns={columns.shown} wrong={wrong.get(keyOf(one))}
            record={record} readOnly={readOnly} onOpen={() => setOpen(at)}
            onStep={(name, value) => onChange(withCell(lines, at, name, value))}
          />
        ))}
      </ol>
      {!readOnly && <Button block icon={<PlusOutlined />} onClick={add}>{say(words.add)}</Button>}
      {footer && <div className="line-foot">{footer}</div>}
      <Drawer
        open={line !== undefined} onClose={() => setOpen(undefined)} placement="bottom" size="80%" destroyOnHidden
        title={say(words.change, { n: (open ?? 0) + 1 })}
        extra={!readOnly && open !== undefined && (
          <>
            <Button type="text" icon={<CopyOutlined />} aria-label={say(words.duplicate)} onClick={() => { onChange(duplicated(lines, open, open)); setOpen(open + 1); }} />
            <Button type="text" danger icon={<DeleteOutlined />} aria-label={say(words.remove)} onClick={() => { setOpen(undefined); onChange(withoutRows(lines, open, open)); }} />
          </>
        )}
        footer={<Button type="primary" block onClick={() => setOpen(undefined)}>{say(words.done)}</Button>}
      >
        {line && open !== undefined && (
          <LineForm
            line={line} columns={columns.shown} wrong={wrong.get(keyOf(line))} record={record} computed={computed.get(keyOf(line))}
            onChange={(name, value) => onChange(withCell(lines, open, name, value))}
          />
        )}
      </Drawer>
    </div>
  );
}

interface CardProps {
  at: number;
  line: Line;
  computed: Rec | undefined;
  columns: readonly LineColumn[];
  wrong: Record<string, string> | undefined;
  record: Rec | undefined;
  readOnly: boolean;
  onOpen: () => void;
  onStep: (name: string, value: string) => void;
}

function Card({ at, line, computed, columns, wrong, record, readOnly, onOpen, onStep }: CardProps) {
  const speech = useSpeech();
  const valueOf = (column: LineColumn): unknown => (isMissing(line[column.field.name]) ? computed?.[column.field.name] : line[column.field.name]);
  const filled = columns.filter((one) => !isMissing(valueOf(one)) || one.show);
  const title = filled.find((one) => TITLES.has(one.field.kind) && !isMissing(valueOf(one)));
  const step = columns.find((one) => one.writable && one.field.kind === "quantity");
  const facts = filled.filter((one) => one !== title && one !== step && one.field.kind !== "reference").slice(0, FACTS);
  const reasons = Object.values(reasonsOf(line, columns, wrong, speech));
  const quantity = step && String(valueOf(step) ?? "");
  const by = (change: number): void => {
    if (step) onStep(step.field.name, Decimal.max(0, (readNumber(quantity ?? "") ?? new Decimal(0)).plus(change)).toFixed());
  };
  return (
    <li className={reasons.length ? "line-card wrong" : "line-card"}>
      <button type="button" className="line-card-body" onClick={onOpen}>
        <strong>{title ? cellText(title.field, valueOf(title), speech, record) : speech.say(words.row, { n: at + 1 })}</strong>
        <span className="line-card-facts">
          {facts.map((column) => (
            <span key={column.field.name}>
              <small>{column.field.label}</small>{" "}
              {column.show ? column.show(line, computed) : cellText(column.field, valueOf(column), speech, record)}
            </span>
          ))}
        </span>
        {reasons.map((one) => <span key={one} className="line-card-wrong">{one}</span>)}
      </button>
      {step && (
        <span className="line-step">
          {!readOnly && <Button shape="circle" icon={<MinusOutlined />} aria-label={speech.say(words.less)} onClick={() => by(-1)} />}
          <output>{cellText(step.field, quantity, speech, record) || "—"}</output>
          {!readOnly && <Button shape="circle" icon={<PlusOutlined />} aria-label={speech.say(words.moreOf)} onClick={() => by(1)} />}
        </span>
      )}
    </li>
  );
}

interface FormProps {
  line: Line;
  columns: readonly LineColumn[];
  wrong: Record<string, string> | undefined;
  record: Rec | undefined;
  computed: Rec | undefined;
  onChange: (name: string, value: unknown) => void;
}

function LineForm({ line, columns, wrong, record, computed, onChange }: FormProps) {
  const speech = useSpeech();
  const reasons = reasonsOf(line, columns, wrong, speech);
  return (
    <Form layout="vertical">
      {columns.map((column) => {
        const { field } = column;
        const value = isMissing(line[field.name]) && !column.writable ? computed?.[field.name] : line[field.name];
        return (
          <Form.Item key={field.name} label={field.label} required={field.required && column.writable} help={reasons[field.name]} validateStatus={reasons[field.name] ? "error" : ""}>
            {column.show && !column.writable ? column.show(line, computed)
              : column.writable ? <Typed field={field} value={value} record={record} onChange={(next) => onChange(field.name, next)} />
              : <Value field={field} value={value} record={record} />}
          </Form.Item>
        );
      })}
    </Form>
  );
}
