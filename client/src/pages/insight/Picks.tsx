/** Narrows the whole dashboard by choosing; a bar or a row that is pressed narrows it too. */

import { Select } from "antd";
import { useState } from "react";
import { useAnswer, type Measure } from "@/api/insight";
import { useSpeech } from "@/app/speech";
import { insight as words } from "@/messages/insight";
import { conditionOf, nameOf, type Only } from "@/pages/insight/figures";

interface PicksProps {
  dimensions: Measure["by"];
  only: readonly Only[];
  onChange: (only: readonly Only[]) => void;
}

const MOST = 200;

export function Picks({ dimensions, only, onChange }: PicksProps) {
  return (
    <div className="picks">
      {dimensions.map((one) => (
        <Pick
          key={one.name} by={one.name} label={one.label} now={only.find((other) => other.by === one.name)}
          onPick={(picked) => onChange([...only.filter((other) => other.by !== one.name), ...(picked ? [picked] : [])])}
        />
      ))}
    </div>
  );
}

function Pick({ by, label, now, onPick }: { by: string; label: string; now: Only | undefined; onPick: (picked: Only | null) => void }) {
  const speech = useSpeech();
  const [opened, setOpened] = useState(false);
  const answer = useAnswer({ measures: ["revenue"], by, limit: MOST }, opened);
  const choices = (answer.data?.rows ?? []).flatMap((row): Only[] => {
    const condition = conditionOf(by, row);
    return condition ? [{ by, label: nameOf(row, speech), condition }] : [];
  });
  const known = now && !choices.some((one) => one.condition === now.condition) ? [now, ...choices] : choices;
  return (
    <Select
      allowClear showSearch={{ optionFilterProp: "label" }} value={now?.condition} loading={answer.isFetching && opened} popupMatchSelectWidth={false}
      placeholder={speech.say(words.any, { dimension: label })} aria-label={label}
      onOpenChange={(open) => open && setOpened(true)}
      options={known.map((one) => ({ value: one.condition, label: one.label }))}
      onChange={(condition: string | undefined) => onPick(known.find((one) => one.condition === condition) ?? null)}
    />
  );
}
