/** Two people changed the same: both versions beside each other, one to be chosen for each field. */

import { Modal, Radio } from "antd";
import { useState } from "react";
import type { EntityMeta } from "@/api/meta";
import { fieldOf } from "@/api/meta";
import type { Rec } from "@/api/http";
import { isRef } from "@/api/records";
import { useSay } from "@/app/speech";
import { Value } from "@/kinds/Value";
import { frame } from "@/messages/frame";
import { record as words } from "@/messages/record";
import type { Values } from "@/record/draft";

export function sameValue(one: unknown, other: unknown): boolean {
  const plain = (value: unknown): unknown => (isRef(value) ? value.id : (value ?? null));
  return JSON.stringify(plain(one)) === JSON.stringify(plain(other));
}

export function Conflict({ entity, mine, theirs, before, onKeep, onClose }: {
  entity: EntityMeta;
  mine: Values;
  theirs: Rec;
  before: Values;
  /** What remains of mine, on top of theirs. */
  onKeep: (values: Values) => void;
  onClose: () => void;
}) {
  const say = useSay();
  const both = Object.keys(mine).filter((name) => !sameValue(before[name], theirs[name]) && !sameValue(mine[name], theirs[name]));
  const [taken, setTaken] = useState<Record<string, "mine" | "theirs">>({});
  const keep = (): void =>
    onKeep(Object.fromEntries(Object.entries(mine).filter(([name]) => !both.includes(name) || (taken[name] ?? "mine") === "mine")));
  return (
    <Modal open width={760} title={say(words.conflict)} onCancel={onClose} onOk={keep} okText={say(words.keep)} cancelText={say(frame.cancel)}>
      <p className="quiet">{say(words.conflictWhy)}</p>
      <table className="conflict">
        <thead>
          <tr><th>{say(words.field)}</th><th>{say(words.before)}</th><th>{say(words.mine)}</th><th>{say(words.theirs)}</th></tr>
        </thead>
        <tbody>
          {both.map((name) => {
            const field = fieldOf(entity, name);
            if (!field) return null;
            return (
              <tr key={name}>
                <th scope="row">{field.label}</th>
                <td className="quiet"><Value field={field} value={before[name]} record={theirs} /></td>
                {(["mine", "theirs"] as const).map((whose) => (
                  <td key={whose}>
                    <Radio
                      name={`conflict-${name}`} checked={(taken[name] ?? "mine") === whose}
                      onChange={() => setTaken((now) => ({ ...now, [name]: whose }))} aria-label={`${field.label}: ${say(words[whose])}`}
                    >
                      <Value field={field} value={whose === "mine" ? mine[name] : theirs[name]} record={theirs} />
                    </Radio>
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Modal>
  );
}
