/** Telling what came of a deed: done (with its undo), waiting for somebody, or refused and why. */

import { App, Button } from "antd";
import { useMemo } from "react";
import { useRoleName, type OperationMeta } from "@/api/meta";
import { useDeeds, type Outcome } from "@/api/deeds";
import { sentence } from "@/app/Lost";
import { useSay } from "@/app/speech";
import { frame } from "@/messages/frame";

export interface Tell {
  outcome: (operation: Pick<OperationMeta, "label" | "inverse">, outcome: Outcome) => void;
  failure: (error: unknown) => void;
}

export function useTell(): Tell {
  const { notification, message } = App.useApp();
  const say = useSay();
  const deeds = useDeeds();
  const roleName = useRoleName();
  return useMemo(() => {
    const failure = (error: unknown): void =>
      void notification.error({ title: say(frame.wrong), description: sentence(error, say), role: "alert", duration: 8 });
    const back = async (event: string, key: string): Promise<void> => {
      try {
        await deeds.undo(event);
        notification.destroy(key);
        void message.success(say(frame.undone));
      } catch (error) {
        failure(error);
      }
    };
    return {
      failure,
      outcome: (operation, outcome) => {
        if (outcome.kind === "waiting") {
          void notification.info({ title: operation.label, description: say(frame.waiting, { role: roleName(outcome.waits_for) }) });
          return;
        }
        const { event } = outcome;
        const title = say(frame.done, { label: operation.label });
        if (!operation.inverse || !event) {
          void message.success(title);
          return;
        }
        void notification.success({
          key: event, title, duration: 8,
          actions: <Button size="small" onClick={() => void back(event, event)}>{say(frame.undo)}</Button>,
        });
      },
    };
  }, [notification, message, say, deeds, roleName]);
}
