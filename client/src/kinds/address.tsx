/** A postal address, written in the order of its country. */

import { Input, Space } from "antd";
import { isMissing, type EditProps, type KindView, type ShowProps } from "@/kinds/kind";
import { useSpeech, type Speech } from "@/app/speech";
import { kinds } from "@/messages/kinds";

const PARTS = ["country", "province", "city", "district", "street", "postcode"] as const;
type Part = (typeof PARTS)[number];
type Address = Partial<Record<Part, string>>;

const of = (value: unknown): Address => (typeof value === "object" && value !== null ? (value as Address) : {});

function written(value: unknown, speech: Speech): string {
  const address = of(value);
  const inside = [address.province, address.city, address.district, address.street];
  const parts = address.country === "CN" || speech.language === "zh"
    ? inside.filter(Boolean).join("")
    : [...inside].reverse().filter(Boolean).join(", ");
  return [parts, address.postcode].filter(Boolean).join(" ");
}

function ShowAddress({ value }: ShowProps) {
  const speech = useSpeech();
  return <>{written(value, speech)}</>;
}

function TypeAddress({ value, onChange, disabled, invalid }: EditProps) {
  const { say } = useSpeech();
  const address = of(value);
  return (
    <Space.Compact block className="address">
      {PARTS.filter((part) => part !== "country" || !isMissing(address.country)).map((part) => (
        <Input
          key={part} value={address[part] ?? ""} disabled={disabled} status={invalid ? "error" : ""}
          placeholder={say(kinds[part])} aria-label={say(kinds[part])}
          onChange={(event) => onChange({ ...address, [part]: event.target.value })}
        />
      ))}
    </Space.Compact>
  );
}

export const address: KindView = {
  Show: ShowAddress, Edit: TypeAddress, width: 220, wide: true, sortable: false,
  text: (value, _, speech) => written(value, speech),
};
