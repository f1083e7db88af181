/** What a document comes to, as the server says it: below its lines. */

import type { Rec } from "@/api/http";
import type { EntityMeta } from "@/api/meta";
import { Value } from "@/kinds/Value";

interface Props {
  entity: EntityMeta;
  record: Rec | undefined;
  /** Which fields; else every amount in the document's own currency that only the server writes. */
  fields?: readonly string[];
}

export function LineTotals({ entity, record, fields }: Props) {
  const shown = entity.fields.filter((one) =>
    fields ? fields.includes(one.name) : one.kind === "money" && !one.writable && one.currency_field !== undefined,
  );
  if (!record || shown.length === 0) return null;
  return (
    <dl className="line-totals">
      {shown.map((field) => (
        <div key={field.name}>
          <dt>{field.label}</dt>
          <dd><Value field={field} value={record[field.name]} record={record} /></dd>
        </div>
      ))}
    </dl>
  );
}
