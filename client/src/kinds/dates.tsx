/** Days and instants: a day is the company's business day, an instant is shown in its time zone. */

import { DatePicker } from "antd";
import dayjs from "dayjs";
import { useSpeech } from "@/app/speech";
import { isMissing, type EditProps, type KindView, type ShowProps } from "@/kinds/kind";

function ShowDay({ value }: ShowProps) {
  const speech = useSpeech();
  return <>{isMissing(value) ? "" : speech.day(String(value))}</>;
}

function PickDay({ value, onChange, field, id, disabled, autoFocus, invalid, inCell }: EditProps) {
  return (
    <DatePicker
      id={id} value={isMissing(value) ? null : dayjs(String(value))} disabled={disabled}
      autoFocus={autoFocus} status={invalid ? "error" : ""} style={{ width: "100%" }}
      variant={inCell ? "borderless" : "outlined"} format="YYYY-MM-DD"
      onChange={(picked) => onChange(picked ? picked.format("YYYY-MM-DD") : null)}
      aria-label={field.label}
    />
  );
}

export const day: KindView = {
  Show: ShowDay, Edit: PickDay, width: 115, sortable: true,
  text: (value, _, speech) => (isMissing(value) ? "" : speech.day(String(value))),
};

function ShowInstant({ value }: ShowProps) {
  const speech = useSpeech();
  if (isMissing(value)) return null;
  return <time dateTime={String(value)} title={speech.instant(String(value))}>{speech.ago(String(value))}</time>;
}

function PickInstant({ value, onChange, field, id, disabled, invalid, inCell }: EditProps) {
  return (
    <DatePicker
      id={id} showTime={{ format: "HH:mm" }} value={isMissing(value) ? null : dayjs(String(value))}
      disabled={disabled} status={invalid ? "error" : ""} style={{ width: "100%" }}
      variant={inCell ? "borderless" : "outlined"}
      onChange={(picked) => onChange(picked ? picked.toISOString() : null)}
      aria-label={field.label}
    />
  );
}

export const instant: KindView = {
  Show: ShowInstant, Edit: PickInstant, width: 150, sortable: true,
  text: (value, _, speech) => (isMissing(value) ? "" : speech.instant(String(value))),
};
