/**
 * A document's lines as a spreadsheet, drawn from the catalogue: cursor, ranges, Excel's clipboard,
 * filling, undo. Only the active cell has an editor; a thousand lines are plain text. On a phone
 * the same lines are cards. Nothing is computed here: what lines come to is the server's (`computed`).
 */

import { Grid } from "antd";
import { useMemo, type ReactNode, type Ref } from "react";
import type { Rec } from "@/api/http";
import type { EntityMeta } from "@/api/meta";
import { useColumns, type AskedColumn } from "@/lines/columns";
import { keyOf, wrongByKey, type Line } from "@/lines/line";
import { LineCards } from "@/lines/LineCards";
import { LineSheet } from "@/lines/LineSheet";
import { useLookups, type Lookups } from "@/lines/lookup";
import "@/lines/lines.css";

export interface LineTableHandle {
  /** Put the cursor into the row after the last, or into the first cell that is wrong. */
  focus: (where?: "end" | "wrong") => void;
}

export interface LineTableProps {
  /** The kind of the lines: the `lines` of their field in the catalogue. */
  entity: EntityMeta;
  lines: readonly Line[];
  onChange?: (lines: Line[]) => void;
  readOnly?: boolean;
  /** What the server refused, by path: `lines.3.quantity` or `lines[3].quantity`. */
  errors?: Readonly<Record<string, string>>;
  /** The keys of the lines as they were sent, where empty ones were left out. */
  sent?: readonly string[];
  /** The field of the document that the lines are in. */
  name?: string;
  /** Columns, in their order; others can be shown by choice. */
  columns?: readonly AskedColumn[];
  /** The document: its currency. */
  record?: Rec;
  /** What the server makes of each line, by its key. */
  computed?: ReadonlyMap<string, Rec>;
  lookups?: Lookups;
  footer?: ReactNode;
  handle?: Ref<LineTableHandle>;
  /** How high it grows before it scrolls by itself. */
  maxHeight?: number | string;
  /** The row in which the cursor stands. */
  onRow?: (line: Line | undefined) => void;
  /** A text was pasted that is no table: tell whether it was taken care of. */
  onPasteText?: (text: string) => boolean;
}

const NO_ERRORS: Readonly<Record<string, string>> = {};
const NOTHING_COMPUTED: ReadonlyMap<string, Rec> = new Map();
const ignore = (): void => undefined;

export function LineTable(props: LineTableProps) {
  const { entity, lines, onChange = ignore, readOnly = false, errors = NO_ERRORS, sent, name = "lines" } = props;
  const asTable = Grid.useBreakpoint().md ?? true;
  const columns = useColumns(entity, props.columns, readOnly);
  const fields = useMemo(() => columns.all.map((one) => one.field), [columns.all]);
  const lookups = useLookups(fields, props.lookups);
  const wrong = useMemo(
    () => wrongByKey(errors, sent ?? lines.map(keyOf), name),
    [errors, sent, lines, name],
  );
  const View = asTable ? LineSheet : LineCards;
  return (
    <View
      entity={entity} lines={lines} onChange={onChange} readOnly={readOnly} columns={columns} wrong={wrong}
      record={props.record} computed={props.computed ?? NOTHING_COMPUTED} lookups={lookups}
      footer={props.footer} handle={props.handle} maxHeight={props.maxHeight ?? "min(62vh, 720px)"}
      onPasteText={props.onPasteText} onRow={props.onRow}
    />
  );
}
