/** Yes or no, one of several, several of many, free tags. */

import { CheckOutlined, MinusOutlined } from "@ant-design/icons";
import { Select, Switch, Tag } from "antd";
import type { FieldMeta } from "@/api/meta";
import { useSay } from "@/app/speech";
import { frame } from "@/messages/frame";
import { isMissing, type EditProps, type KindView, type ShowProps } from "@/kinds/kind";
import { toneOf } from "@/kinds/tones";
import { DocumentLink, pointedAt } from "@/kinds/written";

function ShowYesNo({ value }: ShowProps) {
  const say = useSay();
  if (isMissing(value)) return null;
  return value ? (
    <CheckOutlined className="yes" aria-label={say(frame.yes)} />
  ) : (
    <MinusOutlined className="quiet" aria-label={say(frame.no)} />
  );
}

function SwitchYesNo({ value, onChange, field, id, disabled, inCell }: EditProps) {
  return (
    <Switch id={id} size={inCell ? "small" : "medium"} checked={value === true} disabled={disabled} onChange={onChange} aria-label={field.label} />
  );
}

export const yesNo: KindView = {
  Show: ShowYesNo, Edit: SwitchYesNo, width: 84, sortable: true,
  text: (value, _, speech) => (isMissing(value) ? "" : speech.say(value ? frame.yes : frame.no)),
};

export function labelOf(field: FieldMeta, value: unknown): string {
  return field.options?.find((one) => one.value === value)?.label ?? (isMissing(value) ? "" : String(value));
}

function ShowChoice({ field, value }: ShowProps) {
  if (isMissing(value)) return null;
  return <Tag color={toneOf(String(value))} className="state">{labelOf(field, value)}</Tag>;
}

function PickChoice({ value, onChange, field, id, disabled, autoFocus, invalid, inCell }: EditProps) {
  return (
    <Select
      id={id} value={isMissing(value) ? undefined : value} options={field.options} disabled={disabled}
      autoFocus={autoFocus} allowClear={!field.required} status={invalid ? "error" : ""}
      style={{ width: "100%" }} variant={inCell ? "borderless" : "outlined"}
      showSearch={(field.options?.length ?? 0) > 8 && { optionFilterProp: "label" }}
      onChange={(picked: unknown) => onChange(picked ?? null)} aria-label={field.label}
    />
  );
}

export const choice: KindView = {
  Show: ShowChoice, Edit: PickChoice, width: 110, sortable: true,
  text: (value, field) => labelOf(field, value),
};

const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function ShowChoices({ field, value }: ShowProps) {
  return (
    <>
      {listed(value).map((one) => {
        const pointed = pointedAt(String(one));
        return <Tag key={String(one)}>{pointed ? <DocumentLink to={pointed} /> : labelOf(field, one)}</Tag>;
      })}
    </>
  );
}

function PickChoices({ value, onChange, field, id, disabled, invalid, inCell }: EditProps) {
  return (
    <Select
      id={id} mode={field.kind === "tags" ? "tags" : "multiple"} value={listed(value)}
      options={field.options ?? []} disabled={disabled} status={invalid ? "error" : ""}
      style={{ width: "100%" }} variant={inCell ? "borderless" : "outlined"}
      onChange={(picked: unknown) => onChange(picked)} aria-label={field.label} tokenSeparators={[",", "，", " "]}
    />
  );
}

export const choices: KindView = {
  Show: ShowChoices, Edit: PickChoices, width: 160, sortable: false,
  text: (value, field) => listed(value).map((one) => labelOf(field, one)).join(", "),
};

export const tags: KindView = choices;
