/** Recording that a customer paid; what is applied to what is the server's. */

import { DatePicker, Form, Input, InputNumber, Modal } from "antd";
import dayjs from "dayjs";
import Decimal from "decimal.js";
import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { Problem } from "@/api/http";
import { useDeeds } from "@/api/deeds";
import { useToday } from "@/api/meta";
import { useSay } from "@/app/speech";
import { customerPage as words } from "@/messages/customerPage";
import { useTell } from "@/parts/tell";
import type { Due } from "@/pages/customer/overview";

interface Props {
  customer: string;
  name: string;
  due: Due | undefined;
  onClose: () => void;
}

export function ReceivePayment({ customer, name, due, onClose }: Props) {
  const say = useSay();
  const deeds = useDeeds();
  const tell = useTell();
  const queries = useQueryClient();
  const today = useToday();
  const usual = due && new Decimal(due.overdue).gt(0) ? due.overdue : due?.total;
  const [amount, setAmount] = useState<string | null>(usual && new Decimal(usual).gt(0) ? usual : null);
  const [day, setDay] = useState(today);
  const [remittance, setRemittance] = useState("");
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    try {
      const outcome = await deeds.perform({ entity: "payment", operation: "receive", body: { customer, amount, day, remittance, auto: true } });
      tell.outcome({ label: say(words.receivePayment), inverse: "reverse" }, outcome);
      await queries.invalidateQueries({ queryKey: ["panel", "customer", customer] });
      onClose();
    } catch (error) {
      if (error instanceof Problem) setWrong(error.byField);
      tell.failure(error);
    } finally {
      setBusy(false);
    }
  };
  const item = (field: string): { help: string | undefined; validateStatus: "error" | "" } => ({
    help: wrong[field], validateStatus: wrong[field] ? "error" : "",
  });
  return (
    <Modal open title={`${say(words.receivePayment)} · ${name}`} onCancel={onClose} onOk={() => void save()} okButtonProps={{ loading: busy, disabled: !amount }} width={440}>
      <Form layout="vertical" onSubmitCapture={() => void save()}>
        <Form.Item label={say(words.amount)} required {...item("amount")}>
          <InputNumber<string> autoFocus stringMode controls={false} value={amount} onChange={(typed) => setAmount(typed)} style={{ width: "100%" }} className="num-input" aria-label={say(words.amount)} />
        </Form.Item>
        <Form.Item label={say(words.day)} {...item("day")}>
          <DatePicker value={dayjs(day)} allowClear={false} format="YYYY-MM-DD" style={{ width: "100%" }} onChange={(picked) => picked && setDay(picked.format("YYYY-MM-DD"))} aria-label={say(words.day)} />
        </Form.Item>
        <Form.Item label={say(words.remittance)} {...item("remittance")}>
          <Input value={remittance} onChange={(event) => setRemittance(event.target.value)} aria-label={say(words.remittance)} />
        </Form.Item>
        <p className="quiet">{say(words.autoApply)}</p>
      </Form>
    </Modal>
  );
}
