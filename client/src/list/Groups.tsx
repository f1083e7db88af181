/** A list put together by a field: each group with how many and what they come to; it opens into its records. */

import { RightOutlined } from "@ant-design/icons";
import { useQuery, keepPreviousData } from "@tanstack/react-query";
import { Skeleton } from "antd";
import { useState } from "react";
import { get, type Rec } from "@/api/http";
import type { EntityMeta, FieldMeta } from "@/api/meta";
import { isRef, useSome } from "@/api/records";
import { useSettings } from "@/app/settings";
import { useSpeech } from "@/app/speech";
import { KINDS } from "@/kinds";
import { isMissing } from "@/kinds/kind";
import { RecordLink } from "@/kinds/references";
import { Value } from "@/kinds/Value";
import { list as words } from "@/messages/list";

type Row = Record<string, unknown> & { count: number };
const UNSUMMED = /price|rate|cost_each|point|standard/;
const MOST_SUMS = 4;
const SOME = 100;

/** Fields by which records can be put together. */
export function isGrouping(field: FieldMeta): boolean {
  return ["choice", "reference", "yes_no", "day", "text"].includes(field.kind) && !["id", "number"].includes(field.name) && !field.unique;
}

/** The same amount in the company's currency: amounts of several currencies have no sum. */
const IN_COMPANY_CURRENCY: Readonly<Record<string, readonly string[]>> = {
  gross: ["owed", "company_gross"], net: ["revenue", "company_net"], amount: ["company_amount"], open: ["company_open"],
  unapplied: ["company_unapplied"],
};

/** What the shown amounts come to, in the company's currency; unit prices and rates have no sum. */
export function sumsOf(entity: EntityMeta, columns: readonly FieldMeta[]): FieldMeta[] {
  const found = columns.filter((one) => one.kind === "money").flatMap((one) => {
    if (!one.currency_field) return UNSUMMED.test(one.name) ? [] : [one];
    const counterpart = entity.fields.find((other) => IN_COMPANY_CURRENCY[one.name]?.includes(other.name));
    return counterpart ? [counterpart] : [];
  });
  return [...new Set(found)].slice(0, MOST_SUMS);
}

export function Groups({ entity, columns, by, filter, search }: {
  entity: EntityMeta;
  columns: readonly FieldMeta[];
  by: FieldMeta;
  filter?: string;
  search?: string;
}) {
  const { language } = useSettings();
  const sums = sumsOf(entity, columns);
  const dimension = by.kind === "day" ? `${by.name}:month` : by.name;
  const found = useQuery({
    queryKey: ["list", entity.name, "group", dimension, filter, search, sums.map((one) => one.name).join(), language],
    queryFn: ({ signal }) => get<{ groups: Row[] }>(`/${entity.name}/group`, { by: dimension, sums: sums.map((one) => one.name).join(","), filter, search, sort: by.kind === "day" ? `-${by.name}` : "-count" }, signal),
    placeholderData: keepPreviousData,
  });
  if (!found.data) return <Skeleton active />;
  return (
    <div className="groups" role="treegrid" aria-label={by.label}>
      {found.data.groups.map((row, at) => (
        <One key={at} entity={entity} columns={columns} by={by} row={row} sums={sums} filter={filter} search={search} />
      ))}
    </div>
  );
}

function One({ entity, columns, by, row, sums, filter, search }: {
  entity: EntityMeta;
  columns: readonly FieldMeta[];
  by: FieldMeta;
  row: Row;
  sums: readonly FieldMeta[];
  filter?: string;
  search?: string;
}) {
  const speech = useSpeech();
  const [open, setOpen] = useState(false);
  const value = row[by.name];
  const label = isMissing(value) ? speech.say(words.empty) : by.kind === "day" ? String(value).slice(0, 7) : KINDS[by.kind].text(value, by, speech);
  return (
    <section role="rowgroup">
      <button type="button" className="group-head" aria-expanded={open} onClick={() => setOpen(!open)}>
        <RightOutlined rotate={open ? 90 : 0} />
        <b>{label}</b>
        <span className="quiet">{speech.say(words.count, { n: row.count })}</span>
        <span className="gap" />
        {sums.map((one) => (
          <span key={one.name} className="group-sum">
            <small className="quiet">{one.label}</small> <b className="num">{isMissing(row[one.name]) ? "—" : KINDS[one.kind].text(row[one.name], one, speech)}</b>
          </span>
        ))}
      </button>
      {open && <Members entity={entity} columns={columns} condition={conditionOf(by, value)} filter={filter} search={search} />}
    </section>
  );
}

/** The records of a group, as an expression: a month is from its first day to its last. */
function conditionOf(by: FieldMeta, value: unknown): string {
  if (isMissing(value)) return `missing(${by.name})`;
  if (isRef(value)) return `${by.name} == "${value.id}"`;
  if (typeof value === "boolean") return value ? by.name : `not ${by.name}`;
  if (by.kind !== "day") return `${by.name} == ${JSON.stringify(value)}`;
  const [year, month] = String(value).split("-").map(Number);
  const next = month === 12 ? `${(year ?? 0) + 1}-01-01` : `${year}-${String((month ?? 0) + 1).padStart(2, "0")}-01`;
  return `${by.name} >= "${String(value)}" and ${by.name} < "${next}"`;
}

function Members({ entity, columns, condition, filter, search }: {
  entity: EntityMeta;
  columns: readonly FieldMeta[];
  condition: string;
  filter?: string;
  search?: string;
}) {
  const tree = filter?.startsWith("{");
  const asked = !filter || tree ? condition : `(${filter}) and (${condition})`;
  const found = useSome(entity.name, { filter: tree ? undefined : asked, search, limit: SOME }, !tree);
  const treeFound = useSome(entity.name, { filter: tree ? filter : undefined, search, limit: SOME }, !!tree);
  const records: readonly Rec[] = (tree ? treeFound : found).data?.records ?? [];
  const title = columns.find((one) => one.name === entity.title) ?? columns[0];
  return (
    <div className="panel">
      <table>
        <tbody>
          {records.map((one) => (
            <tr key={one.id}>
              {columns.map((field) => (
                <td key={field.name} className={KINDS[field.kind].numeric ? "num" : ""}>
                  {field === title ? <RecordLink entity={entity.name} to={{ id: one.id, title: String(one[field.name] ?? "…") }} /> : <Value field={field} value={one[field.name]} record={one} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
