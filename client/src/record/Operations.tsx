/** What may be done with a record: buttons, the next step first; a grey one says why. */

import { DownOutlined } from "@ant-design/icons";
import { Button, Dropdown, Grid, Space, Tooltip } from "antd";
import { useState } from "react";
import { useRoleName, type EntityMeta, type OperationMeta } from "@/api/meta";
import type { Offer, Seen } from "@/api/records";
import { useSay } from "@/app/speech";
import { record as words } from "@/messages/record";
import { ArgumentsDialog, hasArguments } from "@/record/ArgumentsDialog";
import { isBackwards, weightOf } from "@/record/moves";
import { mainWay } from "@/record/StateBar";
import { useTell } from "@/parts/tell";
import { useDeeds } from "@/api/deeds";

const AT_HAND = 3;
function whyNot(offer: Offer | undefined): string {
  return offer === undefined || offer === true ? "" : offer.refusals.map((one) => one.detail).join("\n");
}

function isOpen(offer: Offer | undefined): boolean {
  return offer === true || (offer !== undefined && !!offer.waits_for);
}

/** The step that leads on along the way comes first, what is possible before what isn't. */
function inOrder(entity: EntityMeta, record: Seen): OperationMeta[] {
  const way = entity.lifecycle ? mainWay(entity.lifecycle) : [];
  const state = String(record[entity.lifecycle?.field ?? ""] ?? "");
  const next = way[way.indexOf(state) + 1];
  const weight = (one: OperationMeta): number => (isOpen(record.can[one.name]) ? 0 : 10) + weightOf(entity, one, next);
  return entity.operations
    .filter((one) => !one.creates && !one.generic && one.name in record.can)
    .sort((one, other) => weight(one) - weight(other));
}

export function Operations({ entity, record }: { entity: EntityMeta; record: Seen }) {
  const say = useSay();
  const deeds = useDeeds();
  const tell = useTell();
  const roleName = useRoleName();
  const [busy, setBusy] = useState("");
  const [asked, setAsked] = useState<OperationMeta | null>(null);
  const wide = Grid.useBreakpoint().md ?? true;
  const ordered = inOrder(entity, record);
  const atHand = ordered.slice(0, wide ? AT_HAND : 1);
  const rest = ordered.slice(atHand.length);

  const go = async (operation: OperationMeta): Promise<void> => {
    if (hasArguments(operation)) return setAsked(operation);
    setBusy(operation.name);
    try {
      const outcome = await deeds.perform({
        entity: entity.name, operation: operation.name, id: record.id, seen: record.version,
      });
      tell.outcome(operation, outcome);
    } catch (error) {
      tell.failure(error);
    } finally {
      setBusy("");
    }
  };
  const button = (one: OperationMeta, at: number) => {
    const offer = record.can[one.name];
    const waits = offer !== true ? offer?.waits_for : undefined;
    const why = [waits && say(words.wouldWait, { role: roleName(waits) }), whyNot(offer)].filter(Boolean).join("\n");
    return (
      <Tooltip key={one.name} title={why && <span className="long-text">{why}</span>}>
        <Button
          type={at === 0 && isOpen(offer) && !isBackwards(one) ? "primary" : "default"} aria-disabled={!isOpen(offer)}
          className={isOpen(offer) ? "" : "greyed"} loading={busy === one.name} aria-description={why || undefined}
          onClick={() => isOpen(offer) && void go(one)}
        >
          {one.label}
          {waits ? " …" : ""}
        </Button>
      </Tooltip>
    );
  };
  return (
    <>
      <Space wrap className="operations">
        {atHand.map(button)}
        {rest.length > 0 && (
          <Dropdown
            trigger={["click"]}
            menu={{
              items: rest.map((one) => ({
                key: one.name, disabled: !isOpen(record.can[one.name]),
                label: (
                  <span title={whyNot(record.can[one.name])} className="menu-operation">
                    {one.label}
                    {whyNot(record.can[one.name]) && <small className="quiet">{whyNot(record.can[one.name])}</small>}
                  </span>
                ),
                onClick: () => void go(one),
              })),
            }}
          >
            <Button>{say(words.more)} <DownOutlined /></Button>
          </Dropdown>
        )}
      </Space>
      {asked && <ArgumentsDialog entity={entity} record={record} operation={asked} onClose={() => setAsked(null)} />}
    </>
  );
}
