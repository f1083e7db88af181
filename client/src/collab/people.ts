/** Whom one may call or give a task to: found by name, pinyin or initials. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { get } from "@/api/http";

export interface Callable {
  kind: "person" | "role";
  /** How a comment mentions them: `person:<id>` or `role:<id>`. */
  mention: string;
  name: string;
  name_en: string;
}

export function usePeople(search: string, enabled: boolean) {
  return useQuery({
    queryKey: ["people", search],
    queryFn: async ({ signal }) => (await get<{ people: Callable[] }>("/people", { search }, signal)).people,
    enabled,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}
