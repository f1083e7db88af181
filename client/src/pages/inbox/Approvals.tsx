/** Approvals, answered one by one or several at once, by mouse, by keyboard, on a phone. */

import { App, Button, Checkbox, Empty, Input, Modal, Space } from "antd";
import { useNavigate } from "@tanstack/react-router";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { call, newKey } from "@/api/http";
import type { Parked } from "@/api/inbox";
import { useSpeech } from "@/app/speech";
import { RecordLink } from "@/kinds/references";
import { home as words } from "@/messages/home";
import { useTell } from "@/parts/tell";

interface Came {
  status: number;
  problem?: { detail: string };
}

export function Approvals({ approvals, keys = false }: { approvals: readonly Parked[]; keys?: boolean }) {
  const speech = useSpeech();
  const { say } = speech;
  const navigate = useNavigate();
  const queries = useQueryClient();
  const tell = useTell();
  const { message, notification } = App.useApp();
  const [at, setAt] = useState(0);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [declining, setDeclining] = useState<readonly Parked[] | null>(null);
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);

  const answer = async (verb: "approve" | "decline", some: readonly Parked[], why = ""): Promise<void> => {
    setBusy(true);
    try {
      const { value } = await call<{ results: Came[] }>("POST", `/parked_command/bulk/${verb}`, {
        body: some.map((one) => ({ id: one.id, answer: why })), key: newKey(),
      });
      const failed = value.results.flatMap((came, index) => (came.problem ? [[some[index], came.problem.detail] as const] : []));
      for (const [one, detail] of failed) void notification.error({ title: say(words.failed, { title: one?.title ?? "", why: detail }) });
      const done = some.length - failed.length;
      if (done > 0) void message.success(say(verb === "approve" ? words.approved : words.declined, { n: done }));
      setChosen(new Set());
      await queries.invalidateQueries();
    } catch (error) {
      tell.failure(error);
    } finally {
      setBusy(false);
      setDeclining(null);
      setReason("");
    }
  };
  const toggle = (id: string): void =>
    setChosen((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const open = (one: Parked | undefined): void => {
    if (one?.record?.entity) void navigate({ to: "/$entity/$id", params: { entity: one.record.entity, id: one.record.id } });
  };
  useEffect(() => {
    if (!keys) return;
    const press = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLElement && ["INPUT", "TEXTAREA"].includes(event.target.tagName);
      const one = approvals[at];
      if (typing || event.ctrlKey || event.metaKey || event.altKey || declining) return;
      if (event.key === "j") setAt(Math.min(at + 1, approvals.length - 1));
      else if (event.key === "k") setAt(Math.max(at - 1, 0));
      else if (event.key === "a" && one) void answer("approve", [one]);
      else if (event.key === "d" && one) setDeclining([one]);
      else if (event.key === "x" && one) toggle(one.id);
      else if (event.key === "Enter" && one && event.target === document.body) open(one);
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  });
  if (approvals.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={say(words.noApprovals)} />;
  const some = approvals.filter((one) => chosen.has(one.id));
  return (
    <>
      {some.length > 0 && (
        <Button type="primary" loading={busy} onClick={() => void answer("approve", some)} className="approve-all">{say(words.approveAll, { n: some.length })}</Button>
      )}
      <ul className="approvals">
        {approvals.map((one, index) => (
          <li key={one.id} className={keys && index === at ? "now" : ""}>
            <Checkbox checked={chosen.has(one.id)} onChange={() => toggle(one.id)} aria-label={one.title} />
            <div className="approval-text">
              <div>
                <b>{say(words.asks, { name: one.requester?.title ?? "—", label: one.label })}</b>{" "}
                {one.record && <RecordLink entity={one.record.entity} to={one.record} />}
              </div>
              {one.why.map((why) => <div key={why} className="approval-why">{why}</div>)}
              <small className="quiet">{say(words.since, { ago: speech.ago(one.created_at) })}</small>
            </div>
            <Space>
              <Button type="primary" size="small" loading={busy} onClick={() => void answer("approve", [one])}>{say(words.approve)}</Button>
              <Button size="small" onClick={() => setDeclining([one])}>{say(words.decline)}</Button>
            </Space>
          </li>
        ))}
      </ul>
      <Modal
        open={declining !== null} title={say(words.decline)} onCancel={() => setDeclining(null)} okText={say(words.decline)} okButtonProps={{ danger: true }}
        confirmLoading={busy} onOk={() => declining && void answer("decline", declining, reason)} destroyOnHidden
      >
        <Input.TextArea value={reason} onChange={(event) => setReason(event.target.value)} placeholder={say(words.reason)} aria-label={say(words.reason)} autoFocus rows={3} />
      </Modal>
    </>
  );
}
