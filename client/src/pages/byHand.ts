/**
 * Pages written by hand for a kind of record, because the generic one isn't good enough; each says
 * why in its first line. All are fetched when first opened.
 */

import { lazy, type ComponentType } from "react";

export interface ByHand {
  list?: ComponentType<{ entity: string }>;
  create?: ComponentType<{ entity: string }>;
  record?: ComponentType<{ entity: string; id: string }>;
}

export const BY_HAND: Readonly<Record<string, ByHand | undefined>> = {
  customer: {
    record: lazy(async () => ({ default: (await import("@/pages/customer/CustomerPage")).CustomerPage })),
  },
  sales_order: {
    create: lazy(async () => ({ default: (await import("@/pages/order-entry/OrderEntry")).OrderEntry })),
    record: lazy(async () => ({ default: (await import("@/pages/order-entry/OrderPage")).OrderPage })),
  },
};
