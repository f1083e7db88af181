/**
 * The three pages of a kind of record: list, new, one. Drawn from the catalogue, unless a page is
 * written by hand for it.
 */

import { useParams } from "@tanstack/react-router";
import { Suspense, type ComponentType } from "react";
import { useHouse } from "@/api/meta";
import { Lost } from "@/app/Lost";
import { BY_HAND } from "@/pages/byHand";
import { RecordList } from "@/list/RecordList";
import { NewRecord } from "@/record/NewRecord";
import { RecordView } from "@/record/RecordView";
import { Waiting } from "@/parts/Waiting";

function useKnown(): string | undefined {
  const { entity } = useParams({ strict: false });
  return useHouse().entities.some((one) => one.name === entity) ? entity : undefined;
}

export function ListPage() {
  const entity = useKnown();
  if (!entity) return <Lost />;
  const Page: ComponentType<{ entity: string }> = BY_HAND[entity]?.list ?? RecordList;
  return (
    <Suspense fallback={<Waiting />}>
      <Page key={entity} entity={entity} />
    </Suspense>
  );
}

export function NewPage() {
  const entity = useKnown();
  if (!entity) return <Lost />;
  const Page: ComponentType<{ entity: string }> = BY_HAND[entity]?.create ?? NewRecord;
  return (
    <Suspense fallback={<Waiting />}>
      <Page key={entity} entity={entity} />
    </Suspense>
  );
}

export function RecordPage() {
  const entity = useKnown();
  const { id } = useParams({ strict: false });
  if (!entity || !id) return <Lost />;
  const Page: ComponentType<{ entity: string; id: string }> = BY_HAND[entity]?.record ?? RecordView;
  return (
    <Suspense fallback={<Waiting />}>
      <Page key={`${entity}/${id}`} entity={entity} id={id} />
    </Suspense>
  );
}
