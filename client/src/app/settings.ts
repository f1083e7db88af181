/** How one person likes the client on this machine: language, light or dark, dense or roomy. */

import { useSyncExternalStore } from "react";
import type { Language } from "@/messages/words";

export type Shade = "light" | "dark" | "system";

export interface Settings {
  language: Language;
  shade: Shade;
  compact: boolean;
  /** Whether the navigation is folded to its icons. */
  folded: boolean;
}

const KEY = "dougong.settings";

function first(): Settings {
  const language: Language = navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
  const usual: Settings = { language, shade: "system", compact: false, folded: false };
  try {
    return { ...usual, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Settings>) };
  } catch {
    return usual;
  }
}

let now = first();
const hearers = new Set<() => void>();

export const settings = {
  get: (): Settings => now,
  set(change: Partial<Settings>): void {
    now = { ...now, ...change };
    localStorage.setItem(KEY, JSON.stringify(now));
    hearers.forEach((hear) => hear());
  },
  subscribe(hear: () => void): () => void {
    hearers.add(hear);
    return () => void hearers.delete(hear);
  },
};

export function useSettings(): Settings {
  return useSyncExternalStore(settings.subscribe, settings.get);
}
