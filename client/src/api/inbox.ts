/** What waits for one's approval, and what became of one's own requests. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { get } from "@/api/http";
import { useHappened, type Happened } from "@/api/live";
import type { Ref } from "@/api/records";
import { useSettings } from "@/app/settings";

export interface Parked {
  id: string;
  version: number;
  label: string;
  kind: string;
  record: Ref | null;
  title: string;
  requester: Ref | null;
  role: string;
  state: string;
  why: string[];
  answered_by: Ref | null;
  answered_at: string | null;
  answer: string;
  created_at: string;
}

export function useInbox() {
  const { language } = useSettings();
  const queries = useQueryClient();
  const hear = useCallback(
    (batch: Happened[]) => {
      if (batch.some((one) => one.entity === "parked_command")) void queries.invalidateQueries({ queryKey: ["inbox"] });
    },
    [queries],
  );
  useHappened(hear);
  return useQuery({
    queryKey: ["inbox", language],
    queryFn: ({ signal }) => get<{ approvals: Parked[]; requests: Parked[] }>("/inbox", {}, signal),
  });
}
