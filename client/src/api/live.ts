/** Hearing what others do: the server tells each event within a second; what shows it is asked anew. */

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { API } from "@/api/http";
import { refresh } from "@/api/deeds";

export interface Happened {
  id: string;
  name: string;
  entity: string;
  record: string;
  at: string;
  actor: string | null;
  trace: string;
}

export type Connection = "connecting" | "live" | "reconnecting" | "offline";

const TOGETHER = 150;
let connection: Connection = "connecting";
const watchers = new Set<() => void>();
const hearers = new Set<(batch: Happened[]) => void>();
const others = new Map<string, Set<(data: unknown) => void>>();
let source: EventSource | undefined;

function become(next: Connection): void {
  if (next === connection) return;
  connection = next;
  watchers.forEach((watch) => watch());
}

/** Keep listening while somebody is signed in. */
export function useLive(): void {
  const queries = useQueryClient();
  useEffect(() => {
    let waiting: Happened[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = (): void => {
      const batch = waiting;
      waiting = [];
      timer = undefined;
      const records = new Map(batch.map((one) => [`${one.entity}/${one.record}`, one]));
      for (const one of records.values()) refresh(queries, one.entity, one.record);
      hearers.forEach((hear) => hear(batch));
    };
    const open = (): void => {
      source?.close();
      source = new EventSource(`${API}/live`);
      source.addEventListener("told", () => become("live"));
      source.addEventListener("happened", (event) => {
        waiting.push(JSON.parse(event.data as string) as Happened);
        timer ??= setTimeout(tell, TOGETHER);
      });
      for (const name of others.keys()) attach(source, name);
      source.onerror = () => become(navigator.onLine ? "reconnecting" : "offline");
    };
    const gone = (): void => become("offline");
    const back = (): void => {
      become("reconnecting");
      open();
      void queries.invalidateQueries();
    };
    open();
    window.addEventListener("offline", gone);
    window.addEventListener("online", back);
    return () => {
      window.removeEventListener("offline", gone);
      window.removeEventListener("online", back);
      if (timer) clearTimeout(timer);
      source?.close();
      source = undefined;
      become("connecting");
    };
  }, [queries]);
}

function attach(to: EventSource, name: string): void {
  to.addEventListener(name, (event) => {
    const told: unknown = JSON.parse((event as MessageEvent<string>).data);
    others.get(name)?.forEach((hear) => hear(told));
  });
}

/** Hear of each batch of events. */
export function useHappened(hear: (batch: Happened[]) => void): void {
  useEffect(() => {
    hearers.add(hear);
    return () => void hearers.delete(hear);
  }, [hear]);
}

/** Hear a message of another name than an event's, such as presence. */
export function useTold<T>(name: string, hear: (told: T) => void): void {
  useEffect(() => {
    const first = !others.has(name);
    const all = others.get(name) ?? new Set();
    others.set(name, all);
    if (first && source) attach(source, name);
    all.add(hear as (told: unknown) => void);
    return () => void all.delete(hear as (told: unknown) => void);
  }, [name, hear]);
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (watch) => {
      watchers.add(watch);
      return () => void watchers.delete(watch);
    },
    () => connection,
  );
}
