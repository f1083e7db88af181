/** References: a link where it shows; a picker that searches while one types. */

import { Link } from "@tanstack/react-router";
import { Select } from "antd";
import { useState } from "react";
import { isRef, useSearch, useSome, type Ref } from "@/api/records";
import { useEntityIfSeen } from "@/api/meta";
import { isMissing, type EditProps, type KindView, type ShowProps } from "@/kinds/kind";

const titleOf = (value: unknown): string => (isRef(value) ? (value.title ?? value.id) : isMissing(value) ? "" : String(value));

export function RecordLink({ entity, to }: { entity: string | undefined; to: Ref }) {
  if (!entity) return <>{to.title ?? to.id}</>;
  return (
    <Link to="/$entity/$id" params={{ entity, id: to.id }} className="record-link">{to.title ?? to.id}</Link>
  );
}

function ShowReference({ field, value }: ShowProps) {
  return isRef(value) ? <RecordLink entity={value.entity ?? field.entity} to={value} /> : <>{titleOf(value)}</>;
}

/** The value is `{id, title}`, so that what was picked keeps its name; the server gets the id. */
export function PickReference({ value, onChange, field, id, disabled, autoFocus, invalid, inCell }: EditProps) {
  const [words, setWords] = useState("");
  const [open, setOpen] = useState(false);
  const entity = field.entity ?? "";
  const meta = useEntityIfSeen(open ? entity : undefined);
  const found = useSearch(open ? words : "", entity);
  const first = useSome(entity, { limit: 20 }, open && words.trim() === "" && entity !== "");
  const now = isRef(value) ? value : undefined;
  const options: { value: string; label: string }[] = words.trim()
    ? (found.data?.hits ?? []).map((one) => ({ value: one.id, label: one.title }))
    : (first.data?.records ?? []).map((one) => ({
        value: one.id, label: String(one[meta?.title ?? "name"] ?? one["name"] ?? one.id),
      }));
  if (now && !options.some((one) => one.value === now.id))
    options.unshift({ value: now.id, label: now.title ?? now.id });
  return (
    <Select
      id={id} value={now?.id} disabled={disabled} autoFocus={autoFocus} status={invalid ? "error" : ""}
      allowClear={!field.required} style={{ width: "100%" }} variant={inCell ? "borderless" : "outlined"}
      showSearch={{ filterOption: false, onSearch: setWords, searchValue: words }}
      options={options} onOpenChange={setOpen}
      loading={found.isFetching || first.isFetching} aria-label={field.label}
      onChange={(picked: string | undefined) => {
        setWords("");
        const chosen = options.find((one) => one.value === picked);
        onChange(picked && chosen ? { id: picked, title: chosen.label } : null);
      }}
    />
  );
}

export const reference: KindView = {
  Show: ShowReference, Edit: PickReference, text: titleOf, width: 170, sortable: true,
};

export const referenceAny: KindView = { ...reference, sortable: false };
