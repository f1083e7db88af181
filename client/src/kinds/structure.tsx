/** Values by name that only their readers understand (what a change says, what a view shows): shown as text. */

import { Input } from "antd";
import { useEffect, useState } from "react";
import type { EditProps, KindView, ShowProps } from "@/kinds/kind";

const written = (value: unknown): string => (value === null || value === undefined ? "" : JSON.stringify(value, null, 2));

function ShowStructure({ value }: ShowProps) {
  return <code>{written(value)}</code>;
}

function TypeStructure({ value, onChange, disabled, invalid }: EditProps) {
  const [text, setText] = useState(written(value));
  useEffect(() => { setText(written(value)); }, [value]);
  return (
    <Input.TextArea
      value={text} disabled={disabled} status={invalid ? "error" : ""} autoSize={{ minRows: 2, maxRows: 12 }}
      onChange={(event) => { setText(event.target.value); }}
      onBlur={() => {
        try { onChange(JSON.parse(text || "{}")); } catch { onChange(text); }
      }}
    />
  );
}

export const structure: KindView = {
  Show: ShowStructure, Edit: TypeStructure, width: 220, wide: true, sortable: false,
  text: (value) => written(value),
};
