/** A cell that is too small for what it holds (a long text, an address, tags) opens as a form. */

import { Modal } from "antd";
import { useState } from "react";
import type { Rec } from "@/api/http";
import type { FieldMeta } from "@/api/meta";
import { useSay } from "@/app/speech";
import { Typed } from "@/kinds/Value";
import { frame } from "@/messages/frame";
import { lines } from "@/messages/lines";

interface Props {
  field: FieldMeta;
  value: unknown;
  record: Rec;
  onChange: (value: unknown) => void;
  onClose: () => void;
}

export function CellForm({ field, value, record, onChange, onClose }: Props) {
  const say = useSay();
  const [now, setNow] = useState(value);
  return (
    <Modal
      open title={field.label} onCancel={onClose} okText={say(lines.done)} cancelText={say(frame.cancel)} width={520}
      onOk={() => {
        onChange(now);
        onClose();
      }}
    >
      <Typed field={field} value={now} record={record} onChange={setNow} autoFocus />
    </Modal>
  );
}
