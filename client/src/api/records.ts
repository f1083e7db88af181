/** Reading records: one, a page of many, a search. What others change is asked for again by `live`. */

import {
  infiniteQueryOptions, keepPreviousData, queryOptions, useInfiniteQuery, useQuery,
} from "@tanstack/react-query";
import { get, type Query, type Reason, type Rec } from "@/api/http";
import { useSettings } from "@/app/settings";
import type { Language } from "@/messages/words";

/** What may be done with a record now: simply true, or why not, or whose approval it waits for. */
export type Offer = true | { refusals: Reason[]; waits_for?: string };

export interface Seen extends Rec {
  version: number;
  can: Record<string, Offer>;
}

export interface Asked {
  filter?: string;
  search?: string;
  sort?: string;
  fields?: string;
  limit?: number;
}

export interface Page {
  records: Rec[];
  next_cursor: string | null;
  count?: { number: number; exact: boolean };
}

export interface Hit {
  entity: string;
  label: string;
  id: string;
  title: string;
  score: number;
}

export interface Ref {
  id: string;
  title: string | null;
  entity?: string;
}

export function isRef(value: unknown): value is Ref {
  return typeof value === "object" && value !== null && "id" in value && "title" in value;
}

export const recordQuery = (entity: string, id: string, language: Language) =>
  queryOptions({
    queryKey: ["record", entity, id, language],
    queryFn: ({ signal }) => get<Seen>(`/${entity}/${id}`, {}, signal),
  });

export function useRecord(entity: string, id: string) {
  return useQuery(recordQuery(entity, id, useSettings().language));
}

export const listQuery = (entity: string, asked: Asked, language: Language) =>
  infiniteQueryOptions({
    queryKey: ["list", entity, asked, language],
    queryFn: ({ pageParam, signal }) =>
      get<Page>(
        `/${entity}`,
        { ...asked, cursor: pageParam, count: pageParam === "" } as Query,
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  });

export function useList(entity: string, asked: Asked) {
  return useInfiniteQuery(listQuery(entity, asked, useSettings().language));
}

/** A few records at once, not paged: for panels and pickers. */
export function useSome(entity: string, asked: Asked, enabled = true) {
  const { language } = useSettings();
  return useQuery({
    queryKey: ["list", entity, "some", asked, language],
    queryFn: ({ signal }) => get<Page>(`/${entity}`, asked as Query, signal),
    placeholderData: keepPreviousData,
    enabled,
  });
}

export function useSearch(words: string, entity?: string) {
  const { language } = useSettings();
  return useQuery({
    queryKey: ["search", words, entity ?? "", language],
    queryFn: ({ signal }) =>
      get<{ hits: Hit[] }>("/search", { q: words, entity }, signal),
    enabled: words.trim().length > 0,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
}
