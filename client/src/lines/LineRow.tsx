/** One row of the sheet: plain text, so that a thousand of them cost nothing. */

import { ExclamationCircleFilled } from "@ant-design/icons";
import { memo, type CSSProperties, type ReactNode } from "react";
import type { Rec } from "@/api/http";
import { isRef } from "@/api/records";
import type { Speech } from "@/app/speech";
import { KINDS } from "@/kinds";
import { isMissing } from "@/kinds/kind";
import { RecordLink } from "@/kinds/references";
import type { LineColumn } from "@/lines/columns";
import { isUnknownRef, type Line } from "@/lines/line";
import { cellText, WAYS, wrongIn } from "@/lines/reading";

interface Props {
  at: number;
  line: Line | undefined;
  computed: Rec | undefined;
  columns: readonly LineColumn[];
  record: Rec | undefined;
  speech: Speech;
  /** The columns that are selected in this row. */
  left: number;
  right: number;
  wrong: Readonly<Record<string, string>> | undefined;
  ghost: string;
  style: CSSProperties;
  marked: string;
}

export const LineRow = memo(function LineRow({
  at, line, computed, columns, record, speech, left, right, wrong, ghost, style, marked,
}: Props) {
  const reasons = line ? reasonsOf(line, columns, wrong, speech) : {};
  const any = Object.values(reasons)[0];
  return (
    <div role="row" aria-rowindex={at + 2} className={`line-row ${marked}`} style={style} data-row={at}>
      <div role="rowheader" aria-colindex={1} className="line-number" data-handle={line ? at : undefined} title={any}>
        {line ? <>{any && <ExclamationCircleFilled className="line-wrong" aria-label={any} />}{at + 1}</> : "+"}
      </div>
      {columns.map((column, col) => {
        const { name, kind } = column.field;
        const selected = col >= left && col <= right;
        const reason = reasons[name];
        const classes = [
          "line-cell", KINDS[kind].numeric ? "num" : "", selected ? "selected" : "", reason ? "wrong" : "", column.writable ? "" : "kept",
        ];
        return (
          <div
            key={name} role="gridcell" aria-colindex={col + 2} aria-selected={selected} aria-readonly={!column.writable || undefined}
            aria-invalid={reason ? true : undefined} className={classes.join(" ")} data-col={col} title={reason}
          >
            {line ? shown(column, line, computed, speech, record) : col === 0 ? <span className="quiet">{ghost}</span> : null}
          </div>
        );
      })}
    </div>
  );
});

/** Why cells are wrong: as far as they can't be read, and what the server said of them. */
export function reasonsOf(
  line: Line, columns: readonly LineColumn[], wrong: Readonly<Record<string, string>> | undefined, speech: Speech,
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { field, writable } of columns) {
    const reason = (writable ? wrongIn(field, line[field.name], speech.say) : undefined) ?? wrong?.[field.name];
    if (reason) found[field.name] = reason;
  }
  return found;
}

/** What was typed, else what the server makes of the line. */
function shown(column: LineColumn, line: Line, computed: Rec | undefined, speech: Speech, record: Rec | undefined): ReactNode {
  if (column.show) return column.show(line, computed);
  const { field } = column;
  const own = line[field.name];
  const isTyped = column.writable && !isMissing(own);
  const value = isTyped || (column.writable && field.required) ? own : (computed?.[field.name] ?? own);
  if (!column.writable && isRef(value) && field.kind === "reference") return <RecordLink entity={field.entity} to={value} />;
  if (isUnknownRef(value)) return <span className="unknown">{value.title}</span>;
  if (WAYS[field.kind] === "toggle" && typeof value === "boolean") return value ? "✓" : "";
  const text = cellText(field, value, speech, record);
  return isTyped || !column.writable ? text : <span className="suggested">{text}</span>;
}
