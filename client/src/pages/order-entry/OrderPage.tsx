/** A sales order's page: the generic one, which for a draft doesn't lead back to where orders are typed. */

import { useNavigate } from "@tanstack/react-router";
import { Alert, Button } from "antd";
import { useRecord } from "@/api/records";
import { useSay } from "@/app/speech";
import { orderEntry } from "@/messages/orderEntry";
import { RecordView } from "@/record/RecordView";

export function OrderPage({ entity, id }: { entity: string; id: string }) {
  const say = useSay();
  const navigate = useNavigate();
  const { data } = useRecord(entity, id);
  const goesOn = data?.["state"] === "draft" && data.can["edit"] === true;
  return (
    <>
      {goesOn && (
        <Alert
          banner type="info" title={say(orderEntry.continue)}
          action={
            <Button size="small" onClick={() => void navigate({ to: "/$entity/new", params: { entity }, search: { of: data.id } as never })}>
              {say(orderEntry.goOn)}
            </Button>
          }
        />
      )}
      <RecordView entity={entity} id={id} />
    </>
  );
}
