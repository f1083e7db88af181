/** Numbers, money, quantities and percent: decimals as text from end to end, never floats. */

import { InputNumber } from "antd";
import Decimal from "decimal.js";
import { useSpeech, type Speech } from "@/app/speech";
import type { FieldMeta } from "@/api/meta";
import type { Rec } from "@/api/http";
import { isMissing, type EditProps, type KindView, type ShowProps } from "@/kinds/kind";

type Write = (value: string, field: FieldMeta, speech: Speech, record?: Rec) => string;

const digitsOf = (field: FieldMeta): number => field.schema["x-digits"] ?? 6;

function kind(write: Write, width: number, factor = 1): KindView {
  const text: KindView["text"] = (value, field, speech, record) =>
    isMissing(value) ? "" : write(String(value), field, speech, record);

  function Show({ field, value, record }: ShowProps) {
    const speech = useSpeech();
    const shown = text(value, field, speech, record);
    return <span className={String(value).startsWith("-") ? "num negative" : "num"}>{shown}</span>;
  }

  function Edit({ value, onChange, field, id, disabled, autoFocus, invalid, inCell }: EditProps) {
    const shown = isMissing(value) ? null : new Decimal(String(value)).times(factor).toFixed();
    return (
      <InputNumber<string>
        id={id} stringMode controls={false} value={shown} disabled={disabled} autoFocus={autoFocus}
        status={invalid ? "error" : ""} variant={inCell ? "borderless" : "outlined"}
        suffix={factor === 100 ? "%" : undefined} style={{ width: "100%" }} className="num-input"
        onChange={(typed) =>
          onChange(isMissing(typed) ? null : new Decimal(String(typed)).div(factor).toFixed())
        }
        aria-label={field.label}
      />
    );
  }
  return { Show, Edit, text, width, numeric: true, sortable: true };
}

/** Which currency an amount is in: the record's own, if the field says where that stands. */
export function currencyOf(field: FieldMeta, record?: Rec): string | undefined {
  const found = field.currency_field ? record?.[field.currency_field] : undefined;
  return typeof found === "string" && found ? found : undefined;
}

export const numeric = kind((value, field, speech) => speech.number(value, { most: digitsOf(field) }), 110);
export const money = kind((value, field, speech, record) => speech.money(value, currencyOf(field, record)), 130);
export const quantity = kind((value, field, speech) => speech.number(value, { most: digitsOf(field) }), 110);
export const percent = kind((value, _, speech) => speech.percent(value, 2), 90, 100);
