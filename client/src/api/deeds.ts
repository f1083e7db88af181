/** Deeds: performing operations, previewing them, undoing them. */

import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { call, type Answer, type Reason, type Rec } from "@/api/http";

export interface Deed {
  entity: string;
  operation: string;
  /** Left out where the operation makes its record. */
  id?: string;
  body?: Record<string, unknown>;
  /** The version that the person saw: a change that came between is merged or refused with 409. */
  seen?: number;
  key?: string;
}

export type Outcome =
  /** `event` undoes it where the operation names its inverse. */
  | { kind: "done"; record?: Rec; event: string | null }
  /** Parked until a role approves. */
  | { kind: "waiting"; waits_for: string; parked?: string };

export interface Preview {
  possible: boolean;
  waits_for: string | null;
  obstacles: Reason[];
  record: Rec | null;
}

export interface RowResult {
  status: number;
  id?: string;
  record?: Rec;
  problem?: { detail: string; code: string; problems?: Reason[] };
  waits_for?: string;
}

function route({ entity, operation, id }: Deed): [method: string, path: string] {
  if (operation === "create") return ["POST", `/${entity}`];
  if (operation === "edit") return ["PATCH", `/${entity}/${id}`];
  if (operation === "delete") return ["DELETE", `/${entity}/${id}`];
  return ["POST", id ? `/${entity}/${id}/${operation}` : `/${entity}/${operation}`];
}

interface WaitingBody {
  waiting: { parked: string; role: string; reasons: Reason[] };
}

export async function perform(deed: Deed): Promise<Outcome> {
  const [method, path] = route(deed);
  const answer: Answer<Rec | WaitingBody | undefined> = await call(method, path, {
    body: method === "DELETE" ? undefined : (deed.body ?? {}),
    seen: deed.seen,
    key: deed.key,
  });
  if (answer.status === 202) {
    const { waiting } = answer.value as WaitingBody;
    return { kind: "waiting", waits_for: waiting.role, parked: waiting.parked };
  }
  return { kind: "done", record: answer.value as Rec | undefined, event: answer.event };
}

/** What would come of it and what stands in the way; nothing is locked or written. */
export async function preview(deed: Deed, signal?: AbortSignal): Promise<Preview> {
  const [method, path] = route(deed);
  const { value } = await call<Preview>(method, path, {
    body: deed.body ?? {},
    query: { preview: "1" },
    signal,
  });
  return value;
}

export async function undo(event: string): Promise<void> {
  await call("POST", `/events/${event}/undo`, { body: {} });
}

/** Perform and have everything that shows the record or lists its kind asked for again. */
export function useDeeds(): { perform: typeof perform; undo: typeof undo } {
  const queries = useQueryClient();
  return useMemo(
    () => ({
      async perform(deed: Deed) {
        const outcome = await perform(deed);
        refresh(queries, deed.entity, deed.id);
        return outcome;
      },
      async undo(event: string) {
        await undo(event);
        await queries.invalidateQueries();
      },
    }),
    [queries],
  );
}

/** Ask again for whatever shows a record, or any record of a kind. */
export function refresh(queries: QueryClient, entity: string, id?: string): void {
  void queries.invalidateQueries({ queryKey: ["list", entity] });
  if (id) {
    for (const about of ["record", "timeline", "trace", "chain", "panel"])
      void queries.invalidateQueries({ queryKey: [about, entity, id] });
  } else void queries.invalidateQueries({ queryKey: ["record", entity] });
}
