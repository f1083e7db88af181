/** Which records somebody looked at lately, and which they keep at hand: on this machine. */

import { useEffect, useSyncExternalStore } from "react";
import { useMe } from "@/api/me";

export interface Known {
  entity: string;
  id: string;
  title: string;
}

const MOST = 12;
const hearers = new Set<() => void>();
let kept = new Map<string, Known[]>();

function read(key: string): Known[] {
  const known = kept.get(key);
  if (known) return known;
  let found: Known[] = [];
  try {
    found = JSON.parse(localStorage.getItem(key) ?? "[]") as Known[];
  } catch {
    found = [];
  }
  kept.set(key, found);
  return found;
}

function write(key: string, next: Known[]): void {
  kept = new Map(kept).set(key, next);
  localStorage.setItem(key, JSON.stringify(next));
  hearers.forEach((hear) => hear());
}

function useKept(which: "recent" | "favourite"): [Known[], (next: Known[]) => void] {
  const me = useMe();
  const key = `dougong.${which}.${me.company?.slug}.${me.person?.id}`;
  const found = useSyncExternalStore(
    (hear) => {
      hearers.add(hear);
      return () => void hearers.delete(hear);
    },
    () => read(key),
  );
  return [found, (next) => write(key, next)];
}

export function useRecent(): Known[] {
  return useKept("recent")[0];
}

/** Note that a record was looked at. */
export function useRemember(entity: string, id: string, title: string): void {
  const [recent, keep] = useKept("recent");
  useEffect(() => {
    const [latest] = recent;
    if (latest?.id === id && latest.title === title) return;
    keep([{ entity, id, title }, ...recent.filter((one) => one.id !== id)].slice(0, MOST));
    // only what is looked at counts, not what the list has become
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [entity, id, title]);
}

export function useFavourites(): { favourites: Known[]; toggle: (one: Known) => void } {
  const [favourites, keep] = useKept("favourite");
  return {
    favourites,
    toggle: (one) => {
      const others = favourites.filter((known) => known.id !== one.id);
      keep(others.length === favourites.length ? [...favourites, one] : others);
    },
  };
}
