/** A list on a phone: a card for each record. */

import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import type { ReactNode } from "react";
import type { Rec } from "@/api/http";
import type { EntityMeta, FieldMeta } from "@/api/meta";
import { useSpeech } from "@/app/speech";
import { KINDS } from "@/kinds";
import { isMissing } from "@/kinds/kind";
import { Value } from "@/kinds/Value";
import { record as words } from "@/messages/record";

const FACTS = 5;

export function Cards({ entity, columns, records, hasMore, onMore, loading, empty }: {
  entity: EntityMeta;
  columns: readonly FieldMeta[];
  records: readonly Rec[];
  hasMore: boolean;
  onMore: () => void;
  loading: boolean;
  empty: ReactNode;
}) {
  const speech = useSpeech();
  const [title, ...rest] = columns;
  if (!title) return null;
  if (!loading && records.length === 0) return <div className="list-empty">{empty}</div>;
  const plain = rest.map((field) => ({ ...field }));
  return (
    <div className="cards">
      {records.map((one) => (
        <Link key={one.id} to="/$entity/$id" params={{ entity: entity.name, id: one.id }} className="card">
          <strong>{KINDS[title.kind].text(one[title.name], title, speech, one) || "…"}</strong>
          {plain.filter((field) => !isMissing(one[field.name])).slice(0, FACTS).map((field) => (
            <span key={field.name}>
              <small className="quiet">{field.label}</small>
              {field.kind === "choice" ? <Value field={field} value={one[field.name]} record={one} /> : <span>{KINDS[field.kind].text(one[field.name], field, speech, one)}</span>}
            </span>
          ))}
        </Link>
      ))}
      {hasMore && <Button block loading={loading} onClick={onMore}>{speech.say(words.loadMore)}</Button>}
    </div>
  );
}
