/** Confirming what was typed: what it will wait for, what is short and agreed, and then what it set in motion. */

import {
  CheckCircleFilled, ClockCircleFilled, ContainerOutlined, CreditCardOutlined, ExclamationCircleFilled, InboxOutlined,
} from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Checkbox, Modal } from "antd";
import Decimal from "decimal.js";
import { useState, type ReactNode } from "react";
import { get, type Rec } from "@/api/http";
import { useDeeds, type Outcome, type Preview } from "@/api/deeds";
import { useRoleName } from "@/api/meta";
import { useSettings } from "@/app/settings";
import { useSpeech } from "@/app/speech";
import { frame } from "@/messages/frame";
import { orderEntry } from "@/messages/orderEntry";
import type { StockOutlook } from "@/pages/order-entry/useOutlook";
import { useTell } from "@/parts/tell";

export interface Asked {
  order: Rec;
  looked: Preview;
  /** The lines as the server saw them last, with their stock. */
  lines: readonly Rec[];
}

interface Props {
  asked: Asked;
  onDone: (outcome: Outcome) => void;
  onClose: () => void;
}

/** Whether it needs no word more: it can be confirmed, and all is there. */
export function isPlain({ looked, lines }: Asked): boolean {
  return looked.possible && !looked.waits_for && lines.every((one) => !isShort(one));
}

const stockOf = (line: Rec): StockOutlook | null => (line["_stock"] as StockOutlook | null | undefined) ?? null;
const isShort = (line: Rec): boolean => new Decimal(stockOf(line)?.short ?? "0").gt(0);

export function AskToConfirm({ asked, onDone, onClose }: Props) {
  const speech = useSpeech();
  const { say } = speech;
  const deeds = useDeeds();
  const tell = useTell();
  const roleName = useRoleName();
  const [agreed, setAgreed] = useState(false);
  const [busy, setBusy] = useState(false);
  const { order, looked, lines } = asked;
  const short = lines.filter(isShort);
  const asks = order["backorders"] === "ask" && short.length > 0;
  const possible = looked.waits_for !== null || looked.possible || (asks && agreed && looked.obstacles.every((one) => one.code === "out_of_stock"));
  const go = async (): Promise<void> => {
    setBusy(true);
    try {
      onDone(await deeds.perform({ entity: "sales_order", operation: "confirm", id: order.id, body: { backorders_agreed: agreed } }));
    } catch (error) {
      tell.failure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open title={say(orderEntry.confirming, { number: String(order["number"]) })} onCancel={onClose} cancelText={say(orderEntry.asDraft)}
      okText={say(looked.waits_for ? orderEntry.ask : orderEntry.go)} okButtonProps={{ disabled: !possible, loading: busy, autoFocus: true }}
      onOk={() => void go()}
    >
      <div className="order-asked">
        {looked.obstacles.length > 0 && (
          <Alert
            type={looked.waits_for ? "warning" : "error"} showIcon
            title={looked.waits_for ? say(orderEntry.waitsFor, { role: roleName(looked.waits_for) }) : say(orderEntry.cannot)}
            description={<ul>{looked.obstacles.map((one) => <li key={`${one.code}.${one.detail}`}>{one.detail}</li>)}</ul>}
          />
        )}
        {short.length > 0 && order["backorders"] !== "never" && (
          <Alert
            type="info" showIcon title={say(orderEntry.isShort)}
            description={
              <>
                <ul>
                  {short.map((one) => {
                    const stock = stockOf(one);
                    return (
                      <li key={one.id}>
                        {say(stock?.promise ? orderEntry.shortLine : orderEntry.shortNever, {
                          name: String(one["wording"] ?? ""), n: speech.number(stock?.short ?? "0"),
                          day: stock?.promise ? speech.day(stock.promise) : "",
                        })}
                      </li>
                    );
                  })}
                </ul>
                {asks && <Checkbox checked={agreed} onChange={(event) => setAgreed(event.target.checked)}>{say(orderEntry.agreed)}</Checkbox>}
              </>
            }
          />
        )}
      </div>
    </Modal>
  );
}

interface Node {
  name: string;
  entity: string;
  record: string;
  title: string;
  hidden?: boolean;
  caused: Node[];
}

const every = (nodes: readonly Node[]): Node[] => nodes.flatMap((one) => [one, ...every(one.caused)]);

/** What the confirmation set in motion, in one glance. */
export function SetInMotion({ outcome, credit, onOpen, onNext }: {
  outcome: Extract<Outcome, { kind: "done" }>;
  credit: { used: string; room: string | null } | undefined;
  onOpen: () => void;
  onNext: () => void;
}) {
  const speech = useSpeech();
  const { say } = speech;
  const { language } = useSettings();
  const trace = useQuery({
    queryKey: ["trace", "sales_order", outcome.record?.id ?? "", outcome.event, language],
    queryFn: ({ signal }) => get<{ caused: Node[] }>(`/trace/${outcome.event ?? ""}`, {}, signal),
    enabled: outcome.event !== null,
  });
  const nodes = every(trace.data?.caused ?? []);
  const lines = ((outcome.record?.["lines"] ?? []) as Rec[]).filter((one) => one["goods"] === true);
  const isWhole = (line: Rec): boolean => new Decimal(String(line["reserved"])).gte(String(line["stock_quantity"]));
  const late = lines.filter((one) => !isWhole(one)).length;
  const task = nodes.find((one) => one.entity === "shipment");
  const alerts = new Set(nodes.filter((one) => one.entity === "stock_alert").map((one) => one.record)).size;
  return (
    <Modal
      open title={<span><CheckCircleFilled className="yes" /> {say(orderEntry.done, { number: String(outcome.record?.["number"] ?? "") })}</span>}
      onCancel={onNext}
      footer={[
        <Button key="open" onClick={onOpen}>{say(orderEntry.openOrder)}</Button>,
        <Button key="next" type="primary" autoFocus onClick={onNext}>{say(orderEntry.next)}</Button>,
      ]}
    >
      <ul className="order-motion">
        <Fact icon={<InboxOutlined />}>{say(orderEntry.reserved, { n: lines.length - late })}</Fact>
        <Fact icon={late ? <ClockCircleFilled className="order-doubt" /> : <CheckCircleFilled className="yes" />}>
          {late ? say(orderEntry.backordered, { n: late }) : say(orderEntry.noBackorder)}
        </Fact>
        {credit && (
          <Fact icon={<CreditCardOutlined />}>
            {credit.room === null ? say(orderEntry.creditUsed, { used: speech.money(credit.used) })
              : say(orderEntry.creditNow, { used: speech.money(credit.used), room: speech.money(credit.room) })}
          </Fact>
        )}
        <Fact icon={<ContainerOutlined />}>
          {trace.isLoading ? say(frame.loading) : task ? say(orderEntry.pickTask, { number: task.title }) : say(orderEntry.noPickTask)}
        </Fact>
        {alerts > 0 && <Fact icon={<ExclamationCircleFilled className="order-doubt" />}>{say(orderEntry.alerts, { n: alerts })}</Fact>}
      </ul>
    </Modal>
  );
}

function Fact({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return <li>{icon}<span>{children}</span></li>;
}
