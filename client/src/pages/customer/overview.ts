/** Everything about one customer in one request, as far as its reader may see it. */

import { useQuery } from "@tanstack/react-query";
import { get, type Rec } from "@/api/http";
import type { Seen } from "@/api/records";
import { useSettings } from "@/app/settings";
import type { CreditUse } from "@/pages/order-entry/useOutlook";

export interface Due {
  buckets: Record<string, string>;
  total: string;
  overdue: string;
  oldest: string | null;
  unapplied: string;
}

export interface Usual {
  product: string;
  name: string;
  net: string;
  quantity: string;
  times: number;
  last: string;
  every_days: string | null;
}

export interface Month {
  month: string;
  net: string;
  before: string;
  margin: string | null;
}

export interface Overview {
  record: Seen;
  as_of: string;
  /** A panel that isn't there may not be seen. */
  panels: {
    credit?: CreditUse | null;
    due?: Due | null;
    paying?: { days_late: string | null; on_time: string | null; latest: Rec[] } | null;
    revenue?: { months: Month[]; net: string; before: string; margin: string | null } | null;
    orders?: { open: Rec[]; latest: Rec[]; count: number; every_days: string | null; next: string | null } | null;
    products?: { top: Usual[]; missed: Usual[] } | null;
    returns?: Rec[];
    agreements?: Rec[];
    shipments?: Rec[];
  };
}

export function useOverview(customer: string | undefined) {
  const { language } = useSettings();
  return useQuery({
    queryKey: ["panel", "customer", customer ?? "", "overview", language],
    queryFn: ({ signal }) => get<Overview>(`/customer/${customer ?? ""}/overview`, {}, signal),
    enabled: customer !== undefined,
  });
}
