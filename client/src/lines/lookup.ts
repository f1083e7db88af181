/** From words in a cell to the record that they mean: while one types, and for a whole pasted column. */

import { useMemo } from "react";
import type { ReactNode } from "react";
import { get } from "@/api/http";
import type { EntityInShort, FieldMeta } from "@/api/meta";
import { useHouse } from "@/api/meta";
import type { Hit, Page, Ref } from "@/api/records";

export interface Suggestion extends Ref {
  /** What tells it from its neighbours: a code, what is there of it. */
  note?: ReactNode;
}

export interface Lookup {
  suggest: (words: string, signal: AbortSignal) => Promise<Suggestion[]>;
  /** Each of the texts, in their order; null for one that leads to no record. */
  resolve: (texts: string[]) => Promise<(Ref | null)[]>;
}

/** By field; what isn't named is looked up as the catalogue has it. */
export type Lookups = Readonly<Record<string, Lookup>>;

const FEW = 3;
const AT_ONCE = 60;

/** Look in the search index for few words; for many, ask the list of the kind once for each sixty. */
export function lookupOf(kind: EntityInShort): Lookup {
  const search = async (words: string, signal?: AbortSignal): Promise<Suggestion[]> => {
    const { hits } = await get<{ hits: Hit[] }>("/search", { q: words, entity: kind.name, limit: 12 }, signal);
    return hits.map(({ id, title }) => ({ id, title }));
  };
  const named = async (texts: string[]): Promise<Map<string, Ref>> => {
    const filter = JSON.stringify({ field: kind.title, op: "in", value: texts });
    const { records } = await get<Page>(`/${kind.name}`, { filter, fields: `id,${kind.title}`, limit: 200 });
    return new Map(records.map((one) => [String(one[kind.title]), { id: one.id, title: String(one[kind.title]) }]));
  };
  return {
    suggest: search,
    async resolve(texts) {
      if (texts.length <= FEW)
        return Promise.all(texts.map(async (one) => (await search(one))[0] ?? null));
      const each = [...new Set(texts)];
      const parts = Array.from({ length: Math.ceil(each.length / AT_ONCE) }, (_, at) => each.slice(at * AT_ONCE, (at + 1) * AT_ONCE));
      const found = new Map((await Promise.all(parts.map(named))).flatMap((one) => [...one]));
      return texts.map((one) => found.get(one) ?? null);
    },
  };
}

/** How each reference among the fields is looked up. */
export function useLookups(fields: readonly FieldMeta[], own: Lookups | undefined): Lookups {
  const { entities } = useHouse();
  return useMemo(() => {
    const found: Record<string, Lookup> = {};
    for (const field of fields) {
      const kind = field.kind === "reference" && entities.find((one) => one.name === field.entity);
      if (kind) found[field.name] = lookupOf(kind);
    }
    return { ...found, ...own };
  }, [fields, entities, own]);
}
