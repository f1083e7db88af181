/** Writing what is listed into a spreadsheet; the server does it in the background. */

import { DownloadOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import { useState } from "react";
import { API, call, get } from "@/api/http";
import { useSay } from "@/app/speech";
import { list as words } from "@/messages/list";
import { useTell } from "@/parts/tell";

interface Batch {
  id: string;
  name: string;
  state: string;
  done: number;
  total: number;
  content: string | null;
}

const PAUSE = 400;

export function Export({ entity, filter, search, sort, fields }: {
  entity: string;
  filter?: string;
  search?: string;
  sort?: string;
  fields: readonly string[];
}) {
  const say = useSay();
  const tell = useTell();
  const { message } = App.useApp();
  const [batch, setBatch] = useState<Batch | null>(null);
  const run = async (): Promise<void> => {
    try {
      const asked = { entity, form: "xlsx", filter: filter ?? "", search: search ?? "", sort: sort ?? "", fields: fields.join(",") };
      let now = (await call<Batch>("POST", "/exports", { body: asked })).value;
      setBatch(now);
      while (now.content === null && now.state !== "failed") {
        await new Promise((done) => setTimeout(done, PAUSE));
        now = await get<Batch>(`/exports/${now.id}`);
        setBatch(now);
      }
      if (now.content !== null) {
        const link = document.createElement("a");
        link.href = `${API}/exports/${now.id}/content`;
        link.download = now.name;
        link.click();
        void message.success(say(words.exported, { name: now.name }));
      }
    } catch (error) {
      tell.failure(error);
    } finally {
      setBatch(null);
    }
  };
  return (
    <Button icon={<DownloadOutlined />} loading={batch !== null} onClick={() => void run()} aria-label={say(words.export)} title={say(words.export)}>
      {batch && batch.total > 0 ? say(words.exporting, { done: batch.done, total: batch.total }) : null}
    </Button>
  );
}
