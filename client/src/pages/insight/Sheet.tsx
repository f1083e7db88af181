/** Takes an answer along as a sheet. */

import { DownloadOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { fetchSheet, type Asked } from "@/api/insight";
import { useSay } from "@/app/speech";
import { insight as words } from "@/messages/insight";
import { useTell } from "@/parts/tell";

export function Sheet({ asked, label }: { asked: Asked; label: string }) {
  const say = useSay();
  const tell = useTell();
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    try {
      const file = await fetchSheet(asked);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(file);
      link.download = file.name;
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (error) {
      tell.failure(error);
    } finally {
      setBusy(false);
    }
  };
  const name = say(words.sheet, { name: label });
  return <Button type="text" size="small" icon={<DownloadOutlined />} loading={busy} onClick={() => void save()} aria-label={name} title={name} />;
}
