/** A field's value as it shows, and as it is typed, whatever its kind. */

import { KINDS } from "@/kinds";
import { isMissing, type EditProps, type ShowProps } from "@/kinds/kind";

export function Value(props: ShowProps) {
  if (isMissing(props.value)) return <span className="quiet">—</span>;
  const { Show } = KINDS[props.field.kind];
  return <Show {...props} />;
}

export function Typed(props: EditProps) {
  const { Edit } = KINDS[props.field.kind];
  return <Edit {...props} />;
}
