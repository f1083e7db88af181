/** What is done with many records at once: progress while it runs, and what came of each. */

import { App, Button, Modal, Progress, Space, Tag } from "antd";
import { DownOutlined } from "@ant-design/icons";
import { Dropdown } from "antd";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { call, newKey, type Rec } from "@/api/http";
import { refresh } from "@/api/deeds";
import { useRoleName, type EntityMeta, type OperationMeta } from "@/api/meta";
import { sentence } from "@/app/Lost";
import { useSay } from "@/app/speech";
import { RecordLink } from "@/kinds/references";
import { weightOf } from "@/record/moves";
import { frame } from "@/messages/frame";
import { list as words } from "@/messages/list";

const AT_ONCE = 50;

/** Whether an operation can be done with many records alike, without asking for something of each. */
function isPlain(operation: OperationMeta): boolean {
  const given = operation.arguments;
  const parts = Object.values(given?.properties ?? {}).some((one) => one.type === "array");
  return (given?.required ?? []).length === 0 && !parts;
}

interface Result {
  record: Rec;
  tone: "good" | "waiting" | "bad";
  why: string;
}

interface Came {
  status: number;
  problem?: { detail: string; problems?: { detail: string }[] };
  waiting?: { role: string };
}

export function Bulk({ entity, chosen, titleOf, onDone }: {
  entity: EntityMeta;
  chosen: readonly Rec[];
  titleOf: (record: Rec) => string;
  onDone: () => void;
}) {
  const say = useSay();
  const queries = useQueryClient();
  const roleName = useRoleName();
  const { message } = App.useApp();
  const [running, setRunning] = useState<{ label: string; done: number } | null>(null);
  const [results, setResults] = useState<{ label: string; rows: Result[] } | null>(null);
  const stopped = useRef(false);
  const offered = entity.operations
    .filter((one) => !one.creates && (one.name === "delete" || (!one.generic && isPlain(one))))
    .sort((one, other) => weightOf(entity, one) - weightOf(entity, other));
  const run = async (operation: OperationMeta): Promise<void> => {
    stopped.current = false;
    const rows: Result[] = [];
    for (let first = 0; first < chosen.length && !stopped.current; first += AT_ONCE) {
      setRunning({ label: operation.label, done: first });
      const some = chosen.slice(first, first + AT_ONCE);
      try {
        const { value } = await call<{ results: Came[] }>("POST", `/${entity.name}/bulk/${operation.name}`, {
          body: some.map((one) => ({ id: one.id, version: one.version })), key: newKey(),
        });
        value.results.forEach((came, at) => {
          const record = some[at];
          if (record) rows.push({ record, ...told(came) });
        });
      } catch (error) {
        rows.push(...some.map((record) => ({ record, tone: "bad" as const, why: sentence(error, say) })));
      }
    }
    setRunning(null);
    refresh(queries, entity.name);
    const bad = rows.filter((one) => one.tone !== "good");
    if (bad.length === 0) void message.success(summary(operation.label, rows));
    else setResults({ label: operation.label, rows });
    onDone();
  };
  const summary = (label: string, rows: readonly Result[]): string =>
    say(words.result, {
      label, good: rows.filter((one) => one.tone === "good").length,
      waiting: rows.filter((one) => one.tone === "waiting").length, bad: rows.filter((one) => one.tone === "bad").length,
    });
  const told = (came: Came): Omit<Result, "record"> => {
    if (came.problem) return { tone: "bad", why: came.problem.problems?.map((one) => one.detail).join("\n") ?? came.problem.detail };
    if (came.status === 202) return { tone: "waiting", why: say(frame.waiting, { role: roleName(came.waiting?.role ?? "") }) };
    return { tone: "good", why: "" };
  };
  return (
    <>
      {chosen.length > 0 && (
        <div className="bulk" role="toolbar" aria-label={say(words.selected, { n: chosen.length })}>
          <b>{say(words.selected, { n: chosen.length })}</b>
          <Space wrap>
            {offered.slice(0, 4).map((one) => (
              <Button key={one.name} size="small" danger={one.name === "delete"} disabled={running !== null} onClick={() => void run(one)}>{one.label}</Button>
            ))}
            {offered.length > 4 && (
              <Dropdown menu={{ items: offered.slice(4).map((one) => ({ key: one.name, label: one.label, danger: one.name === "delete", onClick: () => void run(one) })) }} trigger={["click"]}>
                <Button size="small" aria-label="…"><DownOutlined /></Button>
              </Dropdown>
            )}
          </Space>
          <span className="gap" />
          <Button size="small" type="text" onClick={onDone}>{say(words.clear)}</Button>
        </div>
      )}
      <Modal open={running !== null} closable={false} footer={<Button onClick={() => (stopped.current = true)}>{say(words.stop)}</Button>} title={running && say(words.running, { label: running.label, done: running.done, all: chosen.length })}>
        <Progress percent={running && chosen.length ? Math.round((running.done / chosen.length) * 100) : 0} />
      </Modal>
      <Modal open={results !== null} width={680} footer={null} onCancel={() => setResults(null)} title={results && summary(results.label, results.rows)}>
        <ul className="bulk-results">
          {results?.rows.filter((one) => one.tone !== "good").map((one) => (
            <li key={one.record.id}>
              <Tag color={one.tone === "bad" ? "error" : "warning"}><RecordLink entity={entity.name} to={{ id: one.record.id, title: titleOf(one.record) }} /></Tag>
              <span className="long-text">{one.why}</span>
            </li>
          ))}
        </ul>
      </Modal>
    </>
  );
}
