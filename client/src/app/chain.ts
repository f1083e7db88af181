/** Navigation along the chain: where each kind of record stands. What stands nowhere comes under More. */

import type { EntityInShort } from "@/api/meta";
import { frame } from "@/messages/frame";
import type { Word } from "@/messages/words";

export interface Group {
  key: string;
  word: Word;
  entities: readonly string[];
}

export const CHAIN: readonly Group[] = [
  { key: "customers", word: frame.customers, entities: ["customer", "campaign"] },
  { key: "selling", word: frame.selling, entities: ["sales_order", "sales_return", "sales_entry"] },
  {
    key: "stock", word: frame.stock,
    entities: ["shipment", "goods_receipt", "stock_position", "replenishment_proposal", "stock_alert", "stock_move", "warehouse", "location"],
  },
  {
    key: "money", word: frame.money,
    entities: ["invoice", "receivable", "payment", "credit_position", "bill", "payable", "journal_entry", "account", "fiscal_period"],
  },
  {
    key: "products", word: frame.products,
    entities: ["product", "price_list", "price_list_item", "product_category", "supplier", "unit", "tax"],
  },
];

/** Kinds that only an administrator's pages show. */
export const SETUP: readonly string[] = [
  "company", "person", "org_unit", "role", "change_set", "currency", "exchange_rate", "payment_term", "region",
  "channel", "customer_group", "import_batch", "export_batch", "api_token",
];

/** Kinds that are parts of other pages and need none of their own in the menu. */
const PARTS: readonly string[] = [
  "comment", "task", "follower", "notification", "file", "parked_command", "saved_view", "dashboard",
];

export interface Stands {
  group: string;
  word: Word;
  entities: EntityInShort[];
}

/** Put the kinds that one may see into their groups. */
export function along(entities: readonly EntityInShort[]): Stands[] {
  const byName = new Map(entities.map((one) => [one.name, one]));
  const placed = new Set([...CHAIN.flatMap((one) => one.entities), ...SETUP, ...PARTS]);
  const seen = (names: readonly string[]): EntityInShort[] =>
    names.flatMap((name) => byName.get(name) ?? []);
  const stands: Stands[] = CHAIN.map((one) => ({
    group: one.key, word: one.word, entities: seen(one.entities),
  }));
  stands.push({ group: "own", word: frame.own, entities: entities.filter((one) => one.custom) });
  stands.push({
    group: "more", word: frame.more,
    entities: entities.filter((one) => !one.custom && !placed.has(one.name)),
  });
  stands.push({ group: "setup", word: frame.setup, entities: seen(SETUP) });
  return stands.filter((one) => one.entities.length > 0);
}
