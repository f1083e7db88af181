/** Asking the server: one door, problems as RFC 9457 tells them, each deed under a key of its own. */

import { settings } from "@/app/settings";

export const API = "/api/v1";

export interface Reason {
  code: string;
  status: number;
  detail: string;
  field?: string;
  facts: Record<string, unknown>;
}

/** A request that was refused; what it says is already in the asker's language. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly field?: string;
  readonly reasons: readonly Reason[];
  /** The record as it is now, where somebody else's change came first. */
  readonly current?: Rec;

  constructor(status: number, body: Partial<ProblemBody>) {
    super(body.detail ?? `HTTP ${status}`);
    this.name = "Problem";
    this.status = status;
    this.code = body.code ?? "unknown";
    this.field = body.field;
    this.reasons = body.problems ?? (body.code ? [body as Reason] : []);
    this.current = body.current;
  }

  /** What is wrong with each field; the path of a line's field is `lines.0.quantity`. */
  get byField(): Record<string, string> {
    const found: Record<string, string> = {};
    for (const one of this.reasons) if (one.field) found[one.field] ??= one.detail;
    return found;
  }
}

interface ProblemBody {
  detail: string;
  code: string;
  field: string;
  problems: Reason[];
  current: Rec;
}

/** The network or the server could not be reached; nothing is known of what became of it. */
export class Unreachable extends Error {
  constructor() {
    super("unreachable");
    this.name = "Unreachable";
  }
}

/** A record as the API writes it. */
export type Rec = { id: string; version?: number } & Record<string, unknown>;

export interface Answer<T> {
  value: T;
  status: number;
  /** The event under which a deed is known, for undoing it. */
  event: string | null;
}

export interface Ask {
  body?: unknown;
  signal?: AbortSignal;
  /** The version that the person saw. */
  seen?: number;
  /** The same key asks for the same deed once, however often it is sent. */
  key?: string;
  query?: Query;
}

export type Query = Record<string, string | number | boolean | undefined | null>;

export function address(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== null && value !== "" && value !== false,
  );
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `${API}${path}${text ? `?${text}` : ""}`;
}

export async function call<T>(method: string, path: string, ask: Ask = {}): Promise<Answer<T>> {
  const headers: Record<string, string> = {
    Accept: "application/json",
    "Accept-Language": settings.get().language,
    "Dougong-Request": "1",
  };
  let body: BodyInit | undefined;
  if (ask.body instanceof FormData) body = ask.body;
  else if (ask.body !== undefined) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(ask.body);
  }
  if (ask.seen !== undefined) headers["If-Match"] = `"${ask.seen}"`;
  if (method !== "GET") headers["Idempotency-Key"] = ask.key ?? newKey();
  let answer: Response;
  try {
    answer = await fetch(address(path, ask.query), { method, headers, body, signal: ask.signal });
  } catch (failure) {
    if (ask.signal?.aborted) throw failure;
    throw new Unreachable();
  }
  const json = answer.headers.get("Content-Type")?.includes("json") ?? false;
  const value = json ? await answer.json() : undefined;
  if (!answer.ok) {
    if (answer.status === 401) signedOut.forEach((hear) => hear());
    throw new Problem(answer.status, (value as ProblemBody | undefined) ?? {});
  }
  return { value: value as T, status: answer.status, event: answer.headers.get("Dougong-Event") };
}

/** Ask for a file to save; its name is the server's. */
export async function fetchFile(path: string, body: unknown): Promise<File> {
  const headers = { "Accept-Language": settings.get().language, "Content-Type": "application/json", "Dougong-Request": "1" };
  const answer = await fetch(address(path), { method: "POST", headers, body: JSON.stringify(body) }).catch(() => {
    throw new Unreachable();
  });
  if (!answer.ok) throw new Problem(answer.status, (await answer.json()) as Partial<ProblemBody>);
  const name = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "";
  return new File([await answer.blob()], decodeURIComponent(name));
}

export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return (await call<T>("GET", path, { query, signal })).value;
}

const signedOut = new Set<() => void>();

/** Hear that the session has ended. */
export function onSignedOut(hear: () => void): () => void {
  signedOut.add(hear);
  return () => void signedOut.delete(hear);
}

/** A key that nobody else has; also where a page is served without TLS inside a company's own net. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) =>
    one.toString(16).padStart(2, "0"),
  ).join("");
}
