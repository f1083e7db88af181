/** What became of a record: each event with who and when, and what it changed, before and after. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Timeline } from "antd";
import { get } from "@/api/http";
import { useEntityIfSeen, type EntityMeta } from "@/api/meta";
import { useSettings } from "@/app/settings";
import { useSpeech } from "@/app/speech";
import { KINDS } from "@/kinds";
import { isMissing } from "@/kinds/kind";
import { record as words } from "@/messages/record";

interface Event {
  id: string;
  name: string;
  sentence: string;
  at: string;
  actor: { id: string; title: string | null } | null;
  changes: Record<string, Record<string, [unknown, unknown]>>;
}

interface Page {
  events: Event[];
  /** How the records are called that changes speak of, by their ids. */
  names: Record<string, string>;
  next_cursor: string | null;
}

const QUIET = new Set(["created", "updated_at", "updated_by", "version", "state"]);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/;
const MOST = 6;

export function History({ entity, id }: { entity: string; id: string }) {
  const { language } = useSettings();
  const speech = useSpeech();
  const meta = useEntityIfSeen(entity);
  const pages = useInfiniteQuery({
    queryKey: ["timeline", entity, id, language],
    queryFn: ({ pageParam, signal }) => get<Page>(`/${entity}/${id}/history`, { limit: 20, cursor: pageParam }, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor,
  });
  const events = pages.data?.pages.flatMap((page) => page.events) ?? [];
  const names: Record<string, string> = Object.assign({}, ...(pages.data?.pages.map((page) => page.names) ?? []));
  return (
    <div className="history">
      <Timeline
        items={events.map((one) => ({
          key: one.id,
          content: (
            <div className="event">
              <div>
                <b>{one.actor?.title ?? speech.say(words.house)}</b> {one.sentence}{" "}
                <time className="quiet" dateTime={one.at} title={speech.instant(one.at)}>{speech.ago(one.at)}</time>
              </div>
              {meta && <Changes meta={meta} names={names} changes={one.changes[`${entity}:${id}`] ?? {}} />}
            </div>
          ),
        }))}
      />
      {pages.hasNextPage && (
        <Button size="small" type="link" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {speech.say(words.loadMore)}
        </Button>
      )}
    </div>
  );
}

function Changes({ meta, names, changes }: { meta: EntityMeta; names: Record<string, string>; changes: Record<string, [unknown, unknown]> }) {
  const speech = useSpeech();
  const written = (name: string, value: unknown): string => {
    const field = meta.fields.find((one) => one.name === name);
    if (!field || isMissing(value)) return "—";
    if (typeof value === "string" && UUID.test(value)) return names[value] ?? "…";
    return KINDS[field.kind].text(value, field, speech) || "—";
  };
  const shown = Object.entries(changes).filter(([name]) => !QUIET.has(name) && meta.fields.some((one) => one.name === name));
  if (shown.length === 0 || changes["created"]) return null;
  return (
    <ul className="changes">
      {shown.slice(0, MOST).map(([name, [before, after]]) => (
        <li key={name}>
          <span className="quiet">{meta.fields.find((one) => one.name === name)?.label}</span>{" "}
          <del>{written(name, before)}</del> → <ins>{written(name, after)}</ins>
        </li>
      ))}
    </ul>
  );
}
