/** What people say about a record: the latest comments, and a place to write one and call somebody. */

import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Mentions } from "antd";
import { useRef, useState } from "react";
import { perform } from "@/api/deeds";
import { useMe } from "@/api/me";
import { isRef, useSome } from "@/api/records";
import { useSpeech } from "@/app/speech";
import { usePeople } from "@/collab/people";
import { collab as words } from "@/messages/collab";
import { useTell } from "@/parts/tell";

const SHOWN = 50;

export function Talk({ entity, id }: { entity: string; id: string }) {
  const speech = useSpeech();
  const me = useMe();
  const tell = useTell();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const said = useSome("comment", { filter: `record == "${entity}:${id}"`, sort: "-created_at", limit: SHOWN });
  const withdraw = async (comment: string): Promise<void> => {
    try {
      await perform({ entity: "comment", operation: "withdraw", id: comment });
      void message.success(speech.say(words.withdrawn));
      void queries.invalidateQueries({ queryKey: ["list", "comment"] });
    } catch (error) {
      tell.failure(error);
    }
  };
  return (
    <div className="talk">
      <Writing record={`${entity}:${id}`} />
      <ul>
        {(said.data?.records ?? []).map((one) => (
          <li key={one.id}>
            <div>
              <b>{isRef(one["created_by"]) ? one["created_by"].title : ""}</b>{" "}
              <time className="quiet" dateTime={String(one["created_at"])}>{speech.ago(String(one["created_at"]))}</time>
              {isRef(one["created_by"]) && one["created_by"].id === me.person?.id && !one["withdrawn"] && (
                <Button size="small" type="link" onClick={() => void withdraw(one.id)}>{speech.say(words.withdraw)}</Button>
              )}
            </div>
            <div className={one["withdrawn"] ? "quiet" : "words"}>{one["withdrawn"] ? speech.say(words.withdrawn) : String(one["text"])}</div>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What one has begun to write stays on this machine until it is sent. */
function Writing({ record }: { record: string }) {
  const { say } = useSpeech();
  const tell = useTell();
  const queries = useQueryClient();
  const kept = `comment:${record}`;
  const [text, setText] = useState(() => localStorage.getItem(kept) ?? "");
  const [search, setSearch] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const people = usePeople(search ?? "", search !== null);
  const called = useRef(new Map<string, string>());
  const write = (next: string): void => {
    setText(next);
    if (next) localStorage.setItem(kept, next);
    else localStorage.removeItem(kept);
  };
  const send = async (): Promise<void> => {
    if (!text.trim() || busy) return;
    setBusy(true);
    try {
      const mentions = [...called.current].filter(([name]) => text.includes(`@${name}`)).map(([, mention]) => mention);
      await perform({ entity: "comment", operation: "create", body: { record, text: text.trim(), mentions } });
      write("");
      called.current.clear();
      void queries.invalidateQueries({ queryKey: ["list", "comment"] });
    } catch (error) {
      tell.failure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="writing">
      <Mentions
        value={text} onChange={write} rows={2} aria-label={say(words.say)} placeholder={say(words.say)}
        filterOption={false} onSearch={setSearch} loading={people.isFetching}
        options={(people.data ?? []).map((one) => ({ key: one.mention, value: one.name, label: one.name }))}
        onSelect={({ value }) => {
          const one = people.data?.find((known) => known.name === value);
          if (one) called.current.set(one.name, one.mention);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            event.stopPropagation();
            void send();
          }
        }}
      />
      <div className="writing-foot">
        <small className="quiet">{say(words.opens)}</small>
        <Button size="small" type="primary" loading={busy} disabled={!text.trim()} onClick={() => void send()}>{say(words.send)}</Button>
      </div>
    </div>
  );
}
