/** A record's fields, to read or to type into, in sections. */

import { Collapse } from "antd";
import type { EntityMeta, FieldMeta } from "@/api/meta";
import type { Rec } from "@/api/http";
import { useSay } from "@/app/speech";
import { KINDS } from "@/kinds";
import { isMissing } from "@/kinds/kind";
import { Typed, Value } from "@/kinds/Value";
import { record as words } from "@/messages/record";
import { isTyped, layoutOf } from "@/record/layout";

export interface FieldsProps {
  entity: EntityMeta;
  /** What to show: the record, with what was typed over it. */
  shown: Rec;
  editing: boolean;
  isNew?: boolean;
  wrong?: Readonly<Record<string, string>>;
  /** Fields that differ from now, on a page that shows the past. */
  marked?: ReadonlySet<string>;
  onChange: (name: string, value: unknown) => void;
  onEdit?: (field: string) => void;
  focus?: string;
}

export function Fields(props: FieldsProps) {
  const { entity, editing, isNew = false, shown } = props;
  const say = useSay();
  const layout = layoutOf(entity);
  const visible = (field: FieldMeta): boolean => !isNew || isTyped(field, true);
  const part = (fields: FieldMeta[]) => (
    <dl className={editing ? "fields editing" : "fields"}>
      {fields.filter(visible).map((field) => <One key={field.name} {...props} field={field} />)}
    </dl>
  );
  const wide = layout.wide.filter((field) => editing || !isMissing(shown[field.name]));
  return (
    <>
      {part(layout.main)}
      {wide.length > 0 && part(wide)}
      {!isNew && layout.technical.length > 0 && (
        <Collapse
          ghost size="small" className="technical"
          items={[{ key: "technical", label: say(words.technical), children: part(layout.technical) }]}
        />
      )}
    </>
  );
}

function One({ entity, field, shown, editing, isNew = false, wrong = {}, marked, onChange, onEdit, focus }: FieldsProps & { field: FieldMeta }) {
  const typed = editing && isTyped(field, isNew);
  const id = `${entity.name}-${field.name}`;
  const value = shown[field.name];
  const why = wrong[field.name];
  const names = ["field", KINDS[field.kind].wide ? "wide" : "", why ? "wrong" : "", marked?.has(field.name) ? "marked" : ""];
  const can = !editing && onEdit && isTyped(field, isNew);
  return (
    <div className={names.filter(Boolean).join(" ")}>
      <dt>
        {typed ? <label htmlFor={id}>{field.label}{field.required && <span className="must" aria-hidden>*</span>}</label> : field.label}
      </dt>
      <dd
        onDoubleClick={can ? () => onEdit(field.name) : undefined}
        className={typed ? "" : KINDS[field.kind].numeric ? "shown numeric" : "shown"}
      >
        {typed ? (
          <Typed
            id={id} field={field} value={value ?? (isNew ? field.default : undefined)} record={shown}
            invalid={!!why} autoFocus={focus === field.name} onChange={(next) => onChange(field.name, next)}
          />
        ) : (
          <Value field={field} value={value} record={shown} />
        )}
        {why && <div className="why" role="alert">{why}</div>}
      </dd>
    </div>
  );
}
