/** Which operation leads to which state: the next step is offered first, a moved card performs it. */

import type { EntityMeta, OperationMeta } from "@/api/meta";

/** By the state that it leads to. */
const LEADS: Readonly<Record<string, string>> = {
  confirmed: "confirm", cancelled: "cancel", shipped: "ship", picked: "pick", packed: "pack", issued: "issue",
  received: "receive", posted: "post", accepted: "accept", dropped: "drop", reversed: "reverse", started: "start",
  ended: "end", closed: "close", published: "publish", approved: "approve", declined: "decline",
};
const BACKWARDS = new Set(["cancel", "drop", "reverse", "revert", "decline", "close", "credit", "withdraw", "delete"]);

export function leadsTo(entity: EntityMeta, state: string): OperationMeta | undefined {
  return entity.operations.find((one) => !one.creates && one.name === LEADS[state]);
}

/** Whether an operation takes back, or gives up, rather than leading on. */
export function isBackwards(operation: OperationMeta): boolean {
  return BACKWARDS.has(operation.name) || operation.name.startsWith("un");
}

/** How far ahead an operation leads: the steps of the usual way first, what takes back last. */
export function weightOf(entity: EntityMeta, operation: OperationMeta, next?: string): number {
  if (next !== undefined && LEADS[next] === operation.name) return 0;
  if (isBackwards(operation)) return 3;
  return entity.lifecycle?.states.some((one) => LEADS[one.name] === operation.name) ? 1 : 2;
}
