/** The answer to a scan, to be read from two metres away. */

import { useSay } from "@/app/speech";
import { warehouse as words } from "@/messages/warehouse";

export interface Telling {
  tone: "right" | "wrong" | "short";
  text: string;
  title?: string;
  more?: string;
  slot?: number;
  complete?: boolean;
}

export function Told({ telling }: { telling: Telling | null }) {
  const say = useSay();
  const tone = telling ? (telling.complete ? "complete" : telling.tone) : "ready";
  return (
    <div className={`told ${tone}`} role="status" aria-live="assertive">
      {telling?.slot !== undefined && (
        <div className="told-slot">
          <small>{say(words.slotOf)}</small>
          <strong>{telling.slot}</strong>
        </div>
      )}
      <div className="told-text">
        {telling?.title && <div className="told-title">{telling.title}</div>}
        <div className="told-main">{telling ? telling.text : say(words.ready)}</div>
        {telling?.more && <div className="told-more">{telling.more}</div>}
      </div>
    </div>
  );
}
