/** Asking what words mean: of a cell, of a pasted column, of a whole message. */

import { call } from "@/api/http";
import type { Ref } from "@/api/records";
import type { Speech } from "@/app/speech";
import type { Lookup, Suggestion } from "@/lines/lookup";
import { orderEntry } from "@/messages/orderEntry";

export interface Candidate {
  product: string;
  name: string;
  code: string;
  specification: string;
  unit: string;
  score: number;
  bought: number;
  bought_on: string | null;
  free: string | null;
}

export interface Understood {
  text: string;
  words: string;
  quantity: string | null;
  unit: string | null;
  unit_word: string;
  candidates: Candidate[];
  sure: boolean;
}

interface Asked {
  text?: string;
  texts?: string[];
  customer: string | undefined;
  warehouse: string | undefined;
}

export async function understand(asked: Asked, signal?: AbortSignal): Promise<Understood[]> {
  const { value } = await call<{ answer: Understood[] }>("POST", "/sales_order/question/understand", { body: asked, signal });
  return value.answer;
}

export const titleOf = (one: Candidate): Ref => ({ id: one.product, title: one.name });

export function noteOf(one: Candidate, speech: Speech): string {
  const { say } = speech;
  return [
    one.code,
    one.specification,
    one.bought > 0 && one.bought_on ? say(orderEntry.bought, { n: one.bought, day: speech.day(one.bought_on) }) : "",
    one.free === null ? "" : say(orderEntry.freeNow, { n: speech.number(one.free) }),
  ].filter(Boolean).join(" · ");
}

/** So many texts are understood by one request; the server takes 500. */
const AT_ONCE = 250;

/** Words in a product's cell are understood with the customer in mind. */
export function productLookup(customer: string | undefined, warehouse: string | undefined, speech: Speech): Lookup {
  return {
    async suggest(words, signal) {
      const [found] = await understand({ texts: [words], customer, warehouse }, signal);
      return (found?.candidates ?? []).map((one): Suggestion => ({ ...titleOf(one), note: noteOf(one, speech) }));
    },
    async resolve(texts) {
      const parts = Array.from({ length: Math.ceil(texts.length / AT_ONCE) }, (_, at) => texts.slice(at * AT_ONCE, (at + 1) * AT_ONCE));
      const found = (await Promise.all(parts.map((part) => understand({ texts: part, customer, warehouse })))).flat();
      return found.map(({ candidates: [best, second] }) =>
        best && (texts.length <= 2 || !second || best.score - second.score >= 0.1 || best.score >= 1) ? titleOf(best) : null,
      );
    },
  };
}
