/** What the house is made of, as `/api/v1/meta` tells it: everything is drawn from this. */

import { queryOptions, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { get } from "@/api/http";
import { useSettings } from "@/app/settings";
import type { Language } from "@/messages/words";

export type FieldKind =
  | "text" | "long_text" | "number" | "money" | "quantity" | "percent" | "day" | "instant"
  | "yes_no" | "choice" | "choices" | "reference" | "reference_any" | "lines" | "file" | "address"
  | "phone" | "email" | "url" | "tags" | "formula" | "auto_number" | "structure";

export interface Option {
  value: string;
  label: string;
}

export interface FieldMeta {
  name: string;
  label: string;
  kind: FieldKind;
  writable: boolean;
  schema: Schema;
  required?: boolean;
  unique?: boolean;
  searchable?: boolean;
  /** Written when the record is made, and not changed afterwards. */
  once?: boolean;
  custom?: boolean;
  options?: Option[];
  /** The kind of record that a reference leads to. */
  entity?: string;
  lines?: EntityMeta;
  /** The field that names the currency of this one. */
  currency_field?: string;
  default?: unknown;
}

export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  format?: string;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
  default?: unknown;
  $ref?: string;
  $defs?: Record<string, Schema>;
  "x-digits"?: number;
  "x-entity"?: string;
}

export interface OperationMeta {
  name: string;
  label: string;
  doc: string;
  /** Makes its record; otherwise it is about one that is there. */
  creates: boolean;
  /** One of create, edit, delete, which every kind of record has. */
  generic: boolean;
  inverse: string | null;
  arguments: Schema | null;
}

export interface Lifecycle {
  field: string;
  states: { name: string; label: string }[];
  moves: { from: string; to: string }[];
}

export interface EntityInShort {
  name: string;
  label: string;
  /** The field by which a record is called. */
  title: string;
  custom: boolean;
  operations: string[];
}

export interface EntityMeta extends Omit<EntityInShort, "operations"> {
  doc: string;
  fields: FieldMeta[];
  lifecycle: Lifecycle | null;
  /** It stands in a chain of documents, which the record's page draws. */
  chain?: boolean;
  questions: string[];
  /** Questions whose body says what is asked. */
  inquiries?: string[];
  operations: OperationMeta[];
}

export interface House {
  /** `today` is the business day in the company's time zone. */
  company: { slug: string; name: string; currency: string; time_zone: string; today: string; version: number };
  /** The names of roles by their codes: whose approval something waits for. */
  roles: Record<string, string>;
  languages: Language[];
  language: Language;
  entities: EntityInShort[];
}

const FOR_LONG = 10 * 60_000;

export const houseQuery = (language: Language) =>
  queryOptions({
    queryKey: ["house", language],
    queryFn: ({ signal }) => get<House>("/meta", {}, signal),
    staleTime: FOR_LONG,
  });

export const entityQuery = (name: string, language: Language) =>
  queryOptions({
    queryKey: ["meta", name, language],
    queryFn: ({ signal }) => get<EntityMeta>(`/meta/${name}`, {}, signal),
    staleTime: FOR_LONG,
  });

/** Name a role: whoever may approve something. */
export function useRoleName(): (code: string) => string {
  const { roles } = useHouse();
  return useCallback((code) => roles[code] ?? code, [roles]);
}

/** The company's business day. */
export function useToday(): string {
  return useHouse().company.today;
}

export function useHouse(): House {
  return useSuspenseQuery(houseQuery(useSettings().language)).data;
}

/** A kind of record in full; suspends until it is there. */
export function useEntity(name: string): EntityMeta {
  return useSuspenseQuery(entityQuery(name, useSettings().language)).data;
}

/** A kind of record in full, undefined until it is there or where it may not be seen. */
export function useEntityIfSeen(name: string | undefined): EntityMeta | undefined {
  const { language } = useSettings();
  return useQuery({ ...entityQuery(name ?? "", language), enabled: !!name }).data;
}

export function fieldOf(entity: EntityMeta, name: string): FieldMeta | undefined {
  return entity.fields.find((one) => one.name === name);
}

export function may(entity: Pick<EntityInShort, "operations"> | undefined, operation: string): boolean {
  return entity?.operations.includes(operation) ?? false;
}
