/** What a customer wrote, taken apart: every item with what it is taken to mean; doubtful ones are picked by keyboard. */

import { CheckCircleFilled, QuestionCircleFilled } from "@ant-design/icons";
import { Input, InputNumber, Modal, Select, Spin } from "antd";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useSpeech } from "@/app/speech";
import { newLine, unknownRef, type Line } from "@/lines/line";
import { orderEntry } from "@/messages/orderEntry";
import { noteOf, titleOf, understand, type Understood } from "@/pages/order-entry/understanding";

interface Props {
  text: string;
  customer: string | undefined;
  warehouse: string | undefined;
  onInsert: (lines: Line[]) => void;
  onClose: () => void;
}

interface Row {
  of: Understood;
  /** Which of the candidates; -1 leaves the item out. */
  chosen: number;
  quantity: string | null;
  settled: boolean;
}

const PAUSE = 350;

export function PasteMessage({ text: first, customer, warehouse, onInsert, onClose }: Props) {
  const speech = useSpeech();
  const { say } = speech;
  const [text, setText] = useState(first);
  const [rows, setRows] = useState<Row[]>([]);
  const [at, setAt] = useState(0);
  const [busy, setBusy] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (!text.trim()) {
      setRows([]);
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      setBusy(true);
      understand({ text, customer, warehouse }, stop.signal)
        .then((found) => {
          const next = found.map((of) => ({ of, chosen: 0, quantity: of.quantity ?? "1", settled: of.sure }));
          setRows(next);
          setAt(Math.max(0, next.findIndex((one) => !one.settled)));
          list.current?.focus();
        }, () => undefined)
        .finally(() => setBusy(false));
    }, first === text ? 0 : PAUSE);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text, first, customer, warehouse]);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);

  const change = (index: number, next: Partial<Row>): void =>
    setRows((now) => now.map((one, each) => (each === index ? { ...one, settled: true, ...next } : one)));
  const taken = rows.filter((one) => one.chosen >= 0);
  const insert = (): void => onInsert(taken.map(asLine));
  const press = (event: KeyboardEvent): void => {
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
    const row = rows[at];
    if (!row) return;
    const many = row.of.candidates.length;
    if (event.key === "ArrowDown") setAt(Math.min(at + 1, rows.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
    else if (event.key === "ArrowRight" && many) change(at, { chosen: (row.chosen + 1) % many });
    else if (event.key === "ArrowLeft" && many) change(at, { chosen: (row.chosen + many - 1) % many });
    else if (/^[1-9]$/.test(event.key) && Number(event.key) <= many) {
      change(at, { chosen: Number(event.key) - 1 });
      const next = rows.findIndex((one, each) => each > at && !one.settled);
      if (next >= 0) setAt(next);
    } else if (event.key === "Delete") change(at, { chosen: -1 });
    else if (event.key === "Enter") insert();
    else return;
    event.preventDefault();
  };
  const doubtful = taken.filter((one) => !one.settled).length;
  return (
    <Modal
      open title={say(orderEntry.understandTitle)} width={860} onCancel={onClose} onOk={insert}
      okText={say(orderEntry.insert, { n: taken.length })} okButtonProps={{ disabled: taken.length === 0 }}
    >
      <Input.TextArea
        autoFocus={!first} value={text} onChange={(event) => setText(event.target.value)} autoSize={{ minRows: 2, maxRows: 6 }}
        placeholder={say(orderEntry.understandHint)} aria-label={say(orderEntry.understandHint)}
      />
      <p className="quiet" role="status">
        {busy && <Spin size="small" />}{" "}
        {rows.length > 0 && (doubtful ? say(orderEntry.understood, { n: rows.length, m: doubtful }) : say(orderEntry.allClear, { n: rows.length }))}
        {rows.length > 0 && <span> · {say(orderEntry.pickKeys)}</span>}
      </p>
      <ol className="understood" ref={list} tabIndex={0} onKeyDown={press} aria-label={say(orderEntry.taken)}>
        {rows.map((row, index) => (
          <li key={`${String(index)}.${row.of.text}`} className={index === at ? "here" : ""} aria-current={index === at} onClick={() => setAt(index)}>
            {row.settled && row.chosen >= 0 ? <CheckCircleFilled className="yes" /> : <QuestionCircleFilled className="order-doubt" aria-label={say(orderEntry.check)} />}
            <span className="understood-text">{row.of.text}</span>
            <span className="understood-product">
              <Select
                size="small" value={row.chosen} style={{ width: "100%" }} aria-label={say(orderEntry.taken)}
                options={[
                  ...row.of.candidates.map((one, each) => ({ value: each, label: `${String(each + 1)}. ${one.name}`, note: noteOf(one, speech) })),
                  ...(row.of.candidates.length === 0 ? [{ value: 0, label: say(orderEntry.noMatch), note: "" }] : []),
                  { value: -1, label: say(orderEntry.skip), note: "" },
                ]}
                optionRender={(option) => <span className="understood-option">{option.label}<small>{option.data.note}</small></span>}
                popupMatchSelectWidth={460} onChange={(chosen) => change(index, { chosen })}
              />
              {row.of.candidates[row.chosen] && <small className="quiet">{noteOf(row.of.candidates[row.chosen]!, speech)}</small>}
            </span>
            <InputNumber<string>
              size="small" stringMode controls={false} className="num-input" value={row.quantity} min="0" aria-label={say(orderEntry.quantity)}
              onChange={(quantity) => change(index, { quantity: quantity ?? null })}
            />
            <span className="quiet understood-unit">{row.of.unit_word}</span>
          </li>
        ))}
      </ol>
    </Modal>
  );
}

function asLine({ of, chosen, quantity }: Row): Line {
  const candidate = of.candidates[chosen];
  return newLine({
    product: candidate ? titleOf(candidate) : { ...unknownRef(of.words), lost: true },
    quantity,
    ...(of.unit && candidate && chosen === 0 && of.unit !== candidate.unit ? { unit: { id: of.unit, title: of.unit_word } } : {}),
  });
}
