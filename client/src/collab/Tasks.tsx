/** What is to be done about a record: by whom and until when; ticked off, and taken back. */

import { useQueryClient } from "@tanstack/react-query";
import { Checkbox, DatePicker, Input, Select } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { useDeeds } from "@/api/deeds";
import { useHouse } from "@/api/meta";
import { isRef, useSome } from "@/api/records";
import { useSpeech } from "@/app/speech";
import { usePeople } from "@/collab/people";
import { collab as words } from "@/messages/collab";
import { useTell } from "@/parts/tell";

const SHOWN = 50;

export function Tasks({ entity, id }: { entity: string; id: string }) {
  const speech = useSpeech();
  const deeds = useDeeds();
  const tell = useTell();
  const { company } = useHouse();
  const tasks = useSome("task", { filter: `record == "${entity}:${id}"`, sort: "-state,due", limit: SHOWN });
  const tick = async (task: string, done: boolean): Promise<void> => {
    try {
      const outcome = await deeds.perform({ entity: "task", operation: done ? "finish" : "reopen", id: task });
      tell.outcome({ label: speech.say(words.finish), inverse: "reopen" }, outcome);
    } catch (error) {
      tell.failure(error);
    }
  };
  return (
    <div className="tasks">
      <ul>
        {(tasks.data?.records ?? []).map((one) => {
          const done = one["state"] === "done";
          const due = one["due"] ? String(one["due"]) : "";
          const late = !done && due !== "" && due < company.today;
          return (
            <li key={one.id}>
              <Checkbox
                checked={done} aria-label={speech.say(words.done, { title: String(one["title"]) })}
                onChange={(event) => void tick(one.id, event.target.checked)}
              />
              <span className={done ? "quiet done" : ""}>{String(one["title"])}</span>
              <small className={late ? "late" : "quiet"}>
                {isRef(one["assignee"]) ? one["assignee"].title : ""} {due ? speech.day(due) : ""} {late ? speech.say(words.overdue) : ""}
              </small>
            </li>
          );
        })}
      </ul>
      <NewTask record={`${entity}:${id}`} />
    </div>
  );
}

function NewTask({ record }: { record: string }) {
  const { say } = useSpeech();
  const deeds = useDeeds();
  const tell = useTell();
  const queries = useQueryClient();
  const [title, setTitle] = useState("");
  const [assignee, setAssignee] = useState<string>();
  const [due, setDue] = useState<Dayjs | null>(null);
  const [search, setSearch] = useState("");
  const people = usePeople(search, title !== "");
  const add = async (): Promise<void> => {
    if (!title.trim()) return;
    try {
      const body = { record, title: title.trim(), assignee: assignee ?? null, due: due?.format("YYYY-MM-DD") ?? null };
      await deeds.perform({ entity: "task", operation: "create", body });
      void queries.invalidateQueries({ queryKey: ["list", "task"] });
      setTitle("");
      setAssignee(undefined);
      setDue(null);
    } catch (error) {
      tell.failure(error);
    }
  };
  return (
    <div className="new-task">
      <Input value={title} onChange={(event) => setTitle(event.target.value)} onPressEnter={() => void add()} placeholder={say(words.newTask)} aria-label={say(words.add)} maxLength={300} />
      {title && (
        <div className="new-task-more">
          <Select
            value={assignee} onChange={setAssignee} allowClear placeholder={say(words.assignee)} aria-label={say(words.assignee)}
            showSearch={{ filterOption: false, onSearch: setSearch }}
            options={(people.data ?? []).filter((one) => one.kind === "person").map((one) => ({ value: one.mention.replace("person:", ""), label: one.name }))}
          />
          <DatePicker value={due} onChange={setDue} placeholder={say(words.due)} aria-label={say(words.due)} format="YYYY-MM-DD" />
        </div>
      )}
    </div>
  );
}
