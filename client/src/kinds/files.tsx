/** A file: its name leads to it; choosing another uploads it at once. */

import { UploadOutlined } from "@ant-design/icons";
import { Button, Upload } from "antd";
import { API, call, type Rec } from "@/api/http";
import { isRef } from "@/api/records";
import { useSay } from "@/app/speech";
import { kinds } from "@/messages/kinds";
import { type EditProps, type KindView, type ShowProps } from "@/kinds/kind";

function ShowFile({ value }: ShowProps) {
  if (!isRef(value)) return null;
  return <a href={`${API}/file/${value.id}/content`} target="_blank" rel="noreferrer">{value.title}</a>;
}

function ChooseFile({ field, value, onChange, disabled }: EditProps) {
  const say = useSay();
  const send = async (chosen: File): Promise<void> => {
    const form = new FormData();
    form.append("file", chosen);
    const { value: made } = await call<Rec>("POST", "/file", { body: form });
    onChange({ id: made.id, title: chosen.name });
  };
  return (
    <Upload showUploadList={false} disabled={disabled} beforeUpload={(chosen) => { void send(chosen); return false; }}>
      <Button icon={<UploadOutlined />} disabled={disabled} aria-label={field.label}>
        {isRef(value) ? value.title : say(kinds.upload)}
      </Button>
    </Upload>
  );
}

export const file: KindView = {
  Show: ShowFile, Edit: ChooseFile, width: 160, sortable: false,
  text: (value) => (isRef(value) ? (value.title ?? "") : ""),
};
