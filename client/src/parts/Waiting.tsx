/** Shown while something is fetched; quiet at first, so that what is quick doesn't flicker. */

import { Skeleton } from "antd";
import { useSay } from "@/app/speech";
import { frame } from "@/messages/frame";

export function Waiting() {
  const say = useSay();
  return (
    <div className="waiting" role="status" aria-label={say(frame.loading)}>
      <Skeleton active title paragraph={{ rows: 6 }} />
    </div>
  );
}
