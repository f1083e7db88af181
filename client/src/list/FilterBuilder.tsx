/** Building a filter by choosing: groups of conditions over own and related fields; the expression is there too. */

import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Cascader, DatePicker, Input, Segmented, Select, Space } from "antd";
import { useQueries } from "@tanstack/react-query";
import dayjs from "dayjs";
import { useState } from "react";
import { entityQuery, type EntityMeta, type FieldMeta } from "@/api/meta";
import { useSettings } from "@/app/settings";
import { useSay } from "@/app/speech";
import { PickReference } from "@/kinds/references";
import { Typed } from "@/kinds/Value";
import { frame } from "@/messages/frame";
import { list as words } from "@/messages/list";
import { fieldAt, firstCondition, isFilterable, isGroup, opsOf, partsOf, withParts, type Condition, type Op, type Tree } from "@/list/filter";
import { isRef, type Ref } from "@/api/records";

/** The kinds that an entity's references lead to, as far as one may see them. */
export function useNeighbours(entity: EntityMeta): (name: string) => EntityMeta | undefined {
  const { language } = useSettings();
  const names = [...new Set(entity.fields.flatMap((one) => (one.kind === "reference" && one.entity ? [one.entity] : [])))];
  return useQueries({
    queries: names.map((one) => ({ ...entityQuery(one, language), retry: false })),
    combine: (found) => {
      const known = new Map(found.flatMap((one) => (one.data ? [[one.data.name, one.data] as const] : [])));
      return (name: string) => known.get(name);
    },
  });
}

export function FilterBuilder({ entity, value, text, onApply }: {
  entity: EntityMeta;
  value: Tree | null;
  /** The filter where it is an expression. */
  text: string;
  onApply: (filter: Tree | string | null) => void;
}) {
  const say = useSay();
  const [mode, setMode] = useState<"visual" | "expression">(text && !value ? "expression" : "visual");
  const [tree, setTree] = useState<Tree>(value ? (isGroup(value) ? value : { all: [value] }) : { all: [firstCondition(entity, entity.lifecycle?.field ?? entity.title)] });
  const [typed, setTyped] = useState(text);
  const known = useNeighbours(entity);
  return (
    <div className="filter-builder">
      <Segmented
        size="small" value={mode} onChange={setMode}
        options={[{ value: "visual", label: say(words.visual) }, { value: "expression", label: say(words.expression) }]}
      />
      {mode === "visual" ? (
        <Group entity={entity} tree={tree as { all: Tree[] }} known={known} onChange={setTree} depth={0} />
      ) : (
        <Input.TextArea value={typed} onChange={(event) => setTyped(event.target.value)} placeholder={say(words.expressionHint)} autoSize={{ minRows: 2 }} aria-label={say(words.expression)} />
      )}
      <Space className="filter-foot">
        <Button type="primary" onClick={() => onApply(mode === "visual" ? tree : typed.trim() || null)}>{say(words.apply)}</Button>
        <Button onClick={() => onApply(null)}>{say(words.clear)}</Button>
      </Space>
    </div>
  );
}

interface PartProps {
  entity: EntityMeta;
  known: (name: string) => EntityMeta | undefined;
  depth: number;
}

function Group({ entity, tree, known, onChange, depth }: PartProps & { tree: { all: Tree[] } | { any: Tree[] }; onChange: (tree: Tree) => void }) {
  const say = useSay();
  const parts = partsOf(tree);
  const put = (at: number, next: Tree | null): void =>
    onChange(withParts(tree, next ? parts.map((one, index) => (index === at ? next : one)) : parts.filter((_, index) => index !== at)));
  return (
    <div className={depth > 0 ? "filter-group inner" : "filter-group"}>
      <Select
        size="small" value={"all" in tree ? "all" : "any"} style={{ width: 190 }} aria-label={say(words.filter)}
        options={[{ value: "all", label: say(words.allOf) }, { value: "any", label: say(words.anyOf) }]}
        onChange={(which) => onChange(which === "all" ? { all: parts } : { any: parts })}
      />
      {parts.map((one, at) => (
        <div className="filter-row" key={at}>
          {isGroup(one) ? (
            <Group entity={entity} tree={one} known={known} onChange={(next) => put(at, next)} depth={depth + 1} />
          ) : (
            <One entity={entity} condition={one} known={known} onChange={(next) => put(at, next)} depth={depth} />
          )}
          <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={say(words.remove)} onClick={() => put(at, null)} />
        </div>
      ))}
      <Space size="small">
        <Button size="small" type="dashed" icon={<PlusOutlined />} onClick={() => onChange(withParts(tree, [...parts, firstCondition(entity, entity.title)]))}>{say(words.addCondition)}</Button>
        {depth < 3 && <Button size="small" type="dashed" onClick={() => onChange(withParts(tree, [...parts, { any: [] }]))}>{say(words.addGroup)}</Button>}
      </Space>
    </div>
  );
}

interface Choice {
  value: string;
  label: string;
  children?: Choice[];
}

/** Own fields, and one step over each reference. */
function choicesOf(entity: EntityMeta, known: (name: string) => EntityMeta | undefined): Choice[] {
  return entity.fields.filter(isFilterable).map((one) => {
    const next = one.kind === "reference" && one.entity ? known(one.entity) : undefined;
    const below = next?.fields.filter((field) => isFilterable(field)).map((field) => ({ value: field.name, label: field.label }));
    return { value: one.name, label: one.label, children: below && below.length > 0 ? below : undefined };
  });
}

function One({ entity, condition, known, onChange }: PartProps & { condition: Condition; onChange: (condition: Condition) => void }) {
  const say = useSay();
  const field = fieldAt(entity, condition.field, known);
  const ops = opsOf(field);
  return (
    <div className="filter-condition">
      <Cascader<Choice>
        options={choicesOf(entity, known)} value={condition.field.split(".")} changeOnSelect expandTrigger="hover" allowClear={false}
        showSearch displayRender={(labels) => labels.join(" › ")} aria-label={say(words.field)}
        onChange={(path) => {
          const chosen = path.join(".");
          const next = fieldAt(entity, chosen, known);
          onChange({ field: chosen, op: opsOf(next)[0] ?? "there" });
        }}
      />
      <Select<Op>
        value={condition.op} style={{ width: 130 }} options={ops.map((one) => ({ value: one, label: say(words[one]) }))}
        onChange={(op) => onChange({ field: condition.field, op, value: sameShape(condition.op, op) ? condition.value : undefined })}
      />
      {field && condition.op !== "missing" && condition.op !== "there" && (
        <ConditionValue field={field} op={condition.op} value={condition.value} onChange={(value) => onChange({ ...condition, value })} />
      )}
    </div>
  );
}

const isMany = (op: Op): boolean => op === "in" || op === "not_in" || op === "between";
const sameShape = (one: Op, other: Op): boolean => isMany(one) === isMany(other) && (one === "between") === (other === "between");

function ConditionValue({ field, op, value, onChange }: { field: FieldMeta; op: Op; value: unknown; onChange: (value: unknown) => void }) {
  const say = useSay();
  const label = say(words.value);
  if (field.kind === "yes_no")
    return <Select value={value as boolean | undefined} style={{ width: 90 }} options={[{ value: true, label: say(frame.yes) }, { value: false, label: say(frame.no) }]} onChange={onChange} aria-label={label} />;
  if (field.kind === "choice")
    return <Select mode="multiple" style={{ minWidth: 170 }} value={(value as string[] | undefined) ?? []} options={field.options} onChange={onChange} aria-label={label} optionFilterProp="label" />;
  if (field.kind === "reference") return <Records field={field} value={value} onChange={onChange} />;
  if (field.kind === "day" || field.kind === "instant") {
    const [first, last] = op === "between" && Array.isArray(value) ? value : [value, undefined];
    const day = (one: unknown) => (typeof one === "string" && one !== "today" ? dayjs(one) : null);
    if (op === "between") {
      return (
        <Space.Compact>
          <DatePicker.RangePicker
            format="YYYY-MM-DD" value={[day(first), day(last)]} aria-label={label}
            onChange={(picked) => onChange(picked?.[0] && picked[1] ? [picked[0].format("YYYY-MM-DD"), picked[1].format("YYYY-MM-DD")] : undefined)}
          />
          <Select
            placeholder="…" style={{ width: 130 }} value={null}
            options={[
              { value: "-7", label: say(words.last7) }, { value: "-30", label: say(words.last30) }, { value: "7", label: say(words.next7) },
            ]}
            onChange={(span: string | null) => span && onChange(Number(span) < 0 ? [{ today: Number(span) }, "today"] : ["today", { today: Number(span) }])}
          />
        </Space.Compact>
      );
    }
    return (
      <Space.Compact>
        <DatePicker format="YYYY-MM-DD" value={day(value)} onChange={(picked) => onChange(picked?.format("YYYY-MM-DD"))} aria-label={label} />
        <Button onClick={() => onChange("today")} type={value === "today" ? "primary" : "default"}>{say(frame.today)}</Button>
      </Space.Compact>
    );
  }
  if (op === "between") {
    const pair = Array.isArray(value) ? (value as unknown[]) : [null, null];
    return (
      <Space>
        <Typed field={field} value={pair[0]} onChange={(next) => onChange([next, pair[1]])} />
        <Typed field={field} value={pair[1]} onChange={(next) => onChange([pair[0], next])} />
      </Space>
    );
  }
  return <div className="filter-value"><Typed field={{ ...field, required: false }} value={value} onChange={onChange} /></div>;
}

/** Several records: each stays named while the next is sought. */
function Records({ field, value, onChange }: { field: FieldMeta; value: unknown; onChange: (value: unknown) => void }) {
  const say = useSay();
  const chosen = (Array.isArray(value) ? value : value === undefined ? [] : [value]) as (Ref | string)[];
  return (
    <Space wrap size={4} className="filter-records">
      {chosen.map((one, at) => (
        <Button key={at} size="small" onClick={() => onChange(chosen.filter((_, index) => index !== at))}>
          {isRef(one) ? one.title : one === "me" ? say(words.me) : String(one)} ×
        </Button>
      ))}
      <div style={{ width: 170 }}>
        <PickReference field={{ ...field, required: true }} value={null} onChange={(next) => isRef(next) && onChange([...chosen, next])} />
      </div>
      {field.entity === "person" && <Button size="small" onClick={() => onChange([...chosen, "me"])}>{say(words.me)}</Button>}
    </Space>
  );
}
