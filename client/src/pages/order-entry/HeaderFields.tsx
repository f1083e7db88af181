/** The order's own fields, as the catalogue has them; empty ones show what the server fills in. */

import { Form } from "antd";
import type { Rec } from "@/api/http";
import type { EntityMeta, FieldMeta } from "@/api/meta";
import { KINDS } from "@/kinds";
import { Typed } from "@/kinds/Value";
import { isMissing } from "@/kinds/kind";

/** First what is said most often; what a company adds comes after. */
const FIRST = ["promised", "customer_reference", "header_discounts", "payment_term", "warehouse", "campaign"];
const LATER = ["header_discount", "backorders", "salesperson", "region", "channel", "currency", "rate", "day", "valid_until", "note"];
const ELSEWHERE = new Set(["customer", "lines", "prices_include_tax", "state"]);

export function headerFields(entity: EntityMeta, all: boolean): FieldMeta[] {
  const writable = entity.fields.filter((one) => one.writable && !ELSEWHERE.has(one.name));
  const known = new Set([...FIRST, ...LATER]);
  const own = writable.filter((one) => !known.has(one.name)).map((one) => one.name);
  const names = all ? [...FIRST, ...own, ...LATER] : FIRST;
  return names.flatMap((name) => writable.find((one) => one.name === name) ?? []);
}

interface Props {
  entity: EntityMeta;
  all: boolean;
  header: Record<string, unknown>;
  computed: Rec | undefined;
  errors: Readonly<Record<string, string>>;
  saved: boolean;
  onChange: (name: string, value: unknown) => void;
}

export function HeaderFields({ entity, all, header, computed, errors, saved, onChange }: Props) {
  return (
    <Form layout="vertical" size="small" className="order-header">
      {headerFields(entity, all).map((field) => (
        <Form.Item
          key={field.name} label={field.label} help={errors[field.name]} validateStatus={errors[field.name] ? "error" : ""}
          className={KINDS[field.kind].wide ? "wide" : ""}
        >
          <Typed
            field={field} record={computed} invalid={!!errors[field.name]} disabled={saved && field.once === true}
            value={isMissing(header[field.name]) && field.name in header === false ? computed?.[field.name] : header[field.name]}
            onChange={(value) => onChange(field.name, value)}
          />
        </Form.Item>
      ))}
    </Form>
  );
}
