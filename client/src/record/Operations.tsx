/** The operations of a record as buttons; a grey one says why. */

import { Button, Space, Tooltip } from "antd";
import { useState } from "react";
import type { EntityMeta, OperationMeta } from "@/api/meta";
import type { Seen } from "@/api/records";
import { useSay } from "@/app/speech";
import { useTell } from "@/parts/tell";
import { useDeeds } from "@/api/deeds";

/** Whether an operation can be done without asking for anything. */
export function needsNothing(operation: OperationMeta): boolean {
  return (operation.arguments?.required ?? []).length === 0;
}

export function Operations({ entity, record }: { entity: EntityMeta; record: Seen }) {
  const say = useSay();
  const deeds = useDeeds();
  const tell = useTell();
  const [busy, setBusy] = useState("");
  const shown = entity.operations.filter((one) => !one.creates && !one.generic && one.name in record.can);
  const go = async (operation: OperationMeta): Promise<void> => {
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
  return (
    <Space wrap>
      {shown.map((one) => {
        const offer = record.can[one.name];
        const why = offer === true || offer === undefined ? "" : offer.refusals.map((reason) => reason.detail).join("\n");
        const waits = offer !== true && offer?.waits_for;
        return (
          <Tooltip key={one.name} title={why}>
            <Button
              disabled={offer !== true && !waits} loading={busy === one.name}
              onClick={() => void go(one)} aria-description={why || say({ zh: one.doc, en: one.doc })}
            >
              {one.label}
            </Button>
          </Tooltip>
        );
      })}
    </Space>
  );
}
