/** Who it may be already: records that look like the one being typed in, and why. */

import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { useEffect, useState } from "react";
import { call } from "@/api/http";
import type { EntityMeta } from "@/api/meta";
import { useSay } from "@/app/speech";
import { RecordLink } from "@/kinds/references";
import { record as words } from "@/messages/record";
import type { Values } from "@/record/draft";

interface Similar {
  id: string;
  number: string;
  name: string;
  points: number;
  reasons: (keyof typeof words.alike)[];
}

const ASKED_BY = ["name", "tax_number", "phone", "email"] as const;
const PAUSE = 400;
const LEAST = 2;

export function SimilarRecords({ entity, typed }: { entity: EntityMeta; typed: Values }) {
  const say = useSay();
  const given = Object.fromEntries(ASKED_BY.flatMap((one) => (typeof typed[one] === "string" && typed[one] ? [[one, typed[one]]] : [])));
  const now = JSON.stringify(given);
  const [asked, setAsked] = useState(now);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(now), PAUSE);
    return () => clearTimeout(timer);
  }, [now]);
  const body = JSON.parse(asked) as Record<string, string>;
  const found = useQuery({
    queryKey: ["list", entity.name, "similar", asked],
    queryFn: async ({ signal }) =>
      (await call<{ answer: Similar[] }>("POST", `/${entity.name}/question/similar`, { body, signal })).value.answer,
    enabled: entity.inquiries?.includes("similar") === true && (body["name"]?.length ?? 0) >= LEAST,
  });
  if (!found.data || found.data.length === 0) return null;
  return (
    <Alert
      className="banner" type="warning" showIcon title={say(words.similar)}
      description={
        <ul className="similar">
          {found.data.map((one) => (
            <li key={one.id}>
              <RecordLink entity={entity.name} to={{ id: one.id, title: `${one.number} ${one.name}` }} />{" "}
              <small className="quiet">{one.reasons.map((why) => say(words.alike[why])).join(" · ")}</small>
            </li>
          ))}
        </ul>
      }
    />
  );
}
