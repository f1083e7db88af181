/** A document's lines: in a list their number; on the record a table (`lines/`). */

import { useSay } from "@/app/speech";
import { kinds } from "@/messages/kinds";
import { type KindView, type ShowProps } from "@/kinds/kind";

const count = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

function ShowLines({ value }: ShowProps) {
  const say = useSay();
  return <>{say(kinds.lines, { n: count(value) })}</>;
}

export const linesOf: KindView = {
  Show: ShowLines, Edit: ShowLines, width: 90, sortable: false, wide: true,
  text: (value, _, speech) => speech.say(kinds.lines, { n: count(value) }),
};
