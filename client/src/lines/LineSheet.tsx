/** The sheet itself: rows that are drawn only where they are seen, and all that keys and the mouse do. */

import { DownOutlined, SettingOutlined } from "@ant-design/icons";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Button, Checkbox, Dropdown, Popover, Tooltip, type MenuProps } from "antd";
import Decimal from "decimal.js";
import {
  useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState,
  type ClipboardEvent, type KeyboardEvent, type MouseEvent, type PointerEvent, type ReactNode, type Ref,
} from "react";
import type { Rec } from "@/api/http";
import type { EntityMeta } from "@/api/meta";
import { useSettings } from "@/app/settings";
import { useSpeech } from "@/app/speech";
import { KINDS } from "@/kinds";
import { isMissing } from "@/kinds/kind";
import { CellEditor, type Editor } from "@/lines/CellEditor";
import { CellForm } from "@/lines/CellForm";
import type { Columns, LineColumn } from "@/lines/columns";
import { keyOf, type Line } from "@/lines/line";
import { LineRow, reasonsOf } from "@/lines/LineRow";
import type { LineTableHandle } from "@/lines/LineTable";
import type { Lookups } from "@/lines/lookup";
import { bareText, cellText, readNumber, readTable, writeTable, WAYS } from "@/lines/reading";
import {
  cleared, duplicated, filledDown, moved, pasted, withCell, withoutRows, withRow, type Place, type Range,
} from "@/lines/sheet";
import { useSheet } from "@/lines/useSheet";
import { lines as words } from "@/messages/lines";

export interface LineViewProps {
  entity: EntityMeta;
  lines: readonly Line[];
  onChange: (lines: Line[]) => void;
  readOnly: boolean;
  columns: Columns;
  wrong: ReadonlyMap<string, Record<string, string>>;
  record: Rec | undefined;
  computed: ReadonlyMap<string, Rec>;
  lookups: Lookups;
  footer: ReactNode;
  handle: Ref<LineTableHandle> | undefined;
  maxHeight: number | string;
  onPasteText: ((text: string) => boolean) | undefined;
  onRow: ((line: Line | undefined) => void) | undefined;
}

const NUMBER_WIDTH = 46;
const HEAD = 32;
const PAGE = 15;
const WRONG_SHOWN = 3;
const FLEXIBLE = new Set(["text", "reference"]);

export function LineSheet(props: LineViewProps) {
  const { entity, lines, onChange, readOnly, columns, wrong, record, computed, lookups } = props;
  const speech = useSpeech();
  const { say } = speech;
  const { compact } = useSettings();
  const height = compact ? 28 : 34;
  const shown = columns.shown;
  const sheet = useSheet({ lines, onChange, columns: shown, readOnly, lookups });
  const { cursor, range } = sheet;
  const scroller = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor>(null);
  const [form, setForm] = useState(false);
  const [menu, setMenu] = useState<{ x: number; y: number }>();
  const [drag, setDrag] = useState<Drag>();
  const widths = useWidths(scroller, columns);
  const lefts = useMemo(() => widths.reduce<number[]>((all, width) => [...all, (all.at(-1) ?? 0) + width], [NUMBER_WIDTH]), [widths]);
  const total = lefts.at(-1) ?? NUMBER_WIDTH;
  const rows = useVirtualizer({
    count: sheet.rows, getScrollElement: () => scroller.current, estimateSize: () => height, overscan: 12, paddingStart: HEAD,
  });
  useEffect(() => rows.measure(), [height, rows]);

  const column = shown[cursor.col];
  const line = lines[cursor.row];
  const value = column && line ? (isMissing(line[column.field.name]) && !(column.writable && column.field.required) ? computed.get(keyOf(line))?.[column.field.name] : line[column.field.name]) : undefined;
  const own = column && line ? line[column.field.name] : undefined;
  const reason = column && line ? reasonsOf(line, shown, wrong.get(keyOf(line)), speech)[column.field.name] : undefined;

  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box || box.scrollHeight === 0) return;
    const top = cursor.row * height;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + height + HEAD > box.scrollTop + box.clientHeight) box.scrollTop = top + height + HEAD - box.clientHeight;
    const [left, right] = [lefts[cursor.col] ?? 0, lefts[cursor.col + 1] ?? 0];
    if (left - NUMBER_WIDTH < box.scrollLeft) box.scrollLeft = left - NUMBER_WIDTH;
    else if (right > box.scrollLeft + box.clientWidth) box.scrollLeft = right - box.clientWidth;
  }, [cursor.row, cursor.col, height, lefts]);

  const { onRow } = props;
  useEffect(() => onRow?.(line), [line, onRow]);

  const go = (to: Place, how?: { extend?: boolean; keepHome?: boolean }): void => sheet.place(to, how);
  const firstWritable = Math.max(0, shown.findIndex((one) => one.writable));
  useImperativeHandle(props.handle, () => ({
    focus: (where = "end") => {
      const bad = where === "wrong" ? firstWrong(lines, shown, wrong, speech) : undefined;
      go(bad ?? { row: lines.length, col: firstWritable });
      editor.current?.focus();
    },
  }));

  const tab = (back: boolean): boolean => {
    const flat = cursor.row * shown.length + cursor.col;
    const ghost = readOnly ? -1 : sheet.current().length;
    const end = (sheet.current().length + (readOnly ? 0 : 1)) * shown.length;
    for (let at = flat + (back ? -1 : 1); at >= 0 && at < end; at += back ? -1 : 1) {
      const to = { row: Math.floor(at / shown.length), col: at % shown.length };
      if (cursor.row === ghost && !back) return false;
      if (!shown[to.col]?.writable && !readOnly) continue;
      go(to, { keepHome: to.row === cursor.row });
      return true;
    }
    return false;
  };
  const change = sheet.change;
  const set = (next: unknown): void => {
    if (column?.writable) change(withCell(sheet.current(), cursor.row, column.field.name, next));
  };
  const inside: Range = { ...range, bottom: Math.min(range.bottom, lines.length - 1) };
  const acts = {
    insertAbove: () => { change(withRow(sheet.current(), range.top)); go({ row: range.top, col: firstWritable }); },
    insertBelow: () => { change(withRow(sheet.current(), Math.min(range.bottom + 1, sheet.current().length))); go({ row: range.bottom + 1, col: firstWritable }); },
    duplicate: () => { change(duplicated(sheet.current(), range.top, inside.bottom)); go({ row: inside.bottom + 1, col: cursor.col }); },
    remove: () => { change(withoutRows(sheet.current(), range.top, inside.bottom)); go({ row: range.top, col: cursor.col }); },
    up: () => moveBy(-1),
    down: () => moveBy(1),
    fillDown: () => change(filledDown(sheet.current(), inside, shown)),
    undo: sheet.undo,
    redo: sheet.redo,
  };
  function moveBy(by: 1 | -1): void {
    if (inside.bottom < inside.top || range.top + by < 0 || inside.bottom + by >= lines.length) return;
    change(moved(sheet.current(), range.top, inside.bottom, by < 0 ? range.top - 1 : inside.bottom + 2));
    sheet.select({ ...inside, top: inside.top + by, bottom: inside.bottom + by });
  }

  const press = (event: KeyboardEvent<HTMLInputElement>): void => {
    const ctrl = event.ctrlKey || event.metaKey;
    const extend = event.shiftKey;
    const step = (row: number, col: number): void => go({ row: cursor.row + row, col: cursor.col + col }, { extend });
    const takes = (deed: () => void): void => { event.preventDefault(); deed(); };
    const writes = (deed: () => void): void => { event.preventDefault(); if (!readOnly) deed(); };
    switch (event.key) {
      case "ArrowUp": return takes(() => event.altKey ? !readOnly && acts.up() : ctrl ? go({ row: 0, col: cursor.col }, { extend }) : step(-1, 0));
      case "ArrowDown": return takes(() => event.altKey ? !readOnly && acts.down() : ctrl ? go({ row: lines.length - 1, col: cursor.col }, { extend }) : step(1, 0));
      case "ArrowLeft": return takes(() => step(0, ctrl ? -shown.length : -1));
      case "ArrowRight": return takes(() => step(0, ctrl ? shown.length : 1));
      case "Home": return takes(() => go({ row: ctrl ? 0 : cursor.row, col: 0 }, { extend }));
      case "End": return takes(() => go({ row: ctrl ? lines.length - 1 : cursor.row, col: shown.length - 1 }, { extend }));
      case "PageUp": return takes(() => step(-PAGE, 0));
      case "PageDown": return takes(() => step(PAGE, 0));
      case "Tab": if (tab(event.shiftKey)) event.preventDefault(); return;
      case "Enter":
        return takes(() => {
          if (ctrl && !readOnly) acts.insertBelow();
          else if (event.shiftKey) go({ row: cursor.row - 1, col: cursor.col });
          else go({ row: cursor.row + 1, col: sheet.home() });
        });
      case "Delete":
      case "Backspace": return writes(() => ctrl ? acts.remove() : change(cleared(sheet.current(), range, shown)));
      case "Escape": return go(cursor);
      default:
    }
    if (!ctrl || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === "z") writes(event.shiftKey ? sheet.redo : sheet.undo);
    else if (key === "y") writes(sheet.redo);
    else if (key === "d") writes(event.shiftKey ? acts.duplicate : acts.fillDown);
    else if (key === "a") takes(() => sheet.select({ top: 0, bottom: Math.max(lines.length - 1, 0), left: 0, right: shown.length - 1 }));
  };

  const isTyping = (event: ClipboardEvent): boolean => event.target instanceof HTMLInputElement && event.target.value !== "";
  const copy = (event: ClipboardEvent): void => {
    if (isTyping(event)) return;
    event.preventDefault();
    const picked = shown.slice(range.left, range.right + 1);
    const rowsOf = lines.slice(range.top, range.bottom + 1);
    const table = rowsOf.map((one) => picked.map(({ field }) => bareText(field, one[field.name] ?? computed.get(keyOf(one))?.[field.name], speech)));
    event.clipboardData.setData("text/plain", writeTable(table));
    if (event.type === "cut" && !readOnly) change(cleared(sheet.current(), range, shown));
  };
  const paste = (event: ClipboardEvent): void => {
    if (isTyping(event) || readOnly) return;
    event.preventDefault();
    const text = event.clipboardData.getData("text/plain");
    if (!text || props.onPasteText?.(text)) return;
    const { lines: next, range: filled } = pasted(sheet.current(), range, readTable(text), shown);
    change(next);
    sheet.select(filled);
  };

  const placeAt = (x: number, y: number): Place | undefined => {
    const cell = document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-col]");
    const row = document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-row]");
    if (!row || !scroller.current?.contains(row)) return undefined;
    return { row: Number(row.dataset["row"]), col: Number(cell?.dataset["col"] ?? 0) };
  };
  const pointerDown = (event: PointerEvent): void => {
    const target = event.target as HTMLElement;
    const at = placeAt(event.clientX, event.clientY);
    if (!at || target.closest(".cell-editor, a") || event.button === 2) return;
    event.preventDefault();
    editor.current?.commit();
    editor.current?.focus();
    if (target.closest(".fill-handle")) return;
    if (target.closest("[data-handle]")) {
      const within = at.row >= range.top && at.row <= range.bottom && range.left === 0 && range.right === shown.length - 1;
      if (!within) sheet.select({ top: event.shiftKey ? range.top : at.row, bottom: at.row, left: 0, right: shown.length - 1 });
      if (!readOnly) setDrag({ what: "rows", top: within ? range.top : at.row, bottom: within ? inside.bottom : at.row, to: at.row, from: event.clientY });
    } else {
      go(at, { extend: event.shiftKey });
      if (event.pointerType !== "touch") setDrag({ what: "cells" });
    }
  };
  useDragging(drag, {
    move: (event) => {
      const at = placeAt(event.clientX, event.clientY);
      if (!at || !drag) return;
      if (drag.what === "cells") go(at, { extend: true });
      else if (drag.what === "fill") setDrag({ ...drag, to: Math.max(at.row, drag.bottom) });
      else if (Math.abs(event.clientY - drag.from) > height / 2) setDrag({ ...drag, to: at.row > drag.bottom ? Math.min(at.row, lines.length - 1) + 1 : at.row });
    },
    end: () => {
      if (drag?.what === "fill" && drag.to > drag.bottom) {
        const filled = { ...range, bottom: Math.min(drag.to, lines.length - 1) };
        change(fillFrom(sheet.current(), range, filled, shown));
        sheet.select(filled);
      } else if (drag?.what === "rows" && drag.to !== drag.top && (drag.to < drag.top || drag.to > drag.bottom + 1)) {
        const size = drag.bottom - drag.top;
        change(moved(sheet.current(), drag.top, drag.bottom, drag.to));
        const top = drag.to > drag.bottom ? drag.to - size - 1 : drag.to;
        sheet.select({ top, bottom: top + size, left: 0, right: shown.length - 1 });
      }
      setDrag(undefined);
    },
  });

  const onMenu = (event: MouseEvent): void => {
    const at = placeAt(event.clientX, event.clientY);
    if (readOnly || !at || at.row >= lines.length) return;
    event.preventDefault();
    if (at.row < range.top || at.row > range.bottom) go(at);
    setMenu({ x: event.clientX, y: event.clientY });
  };
  const items: MenuProps["items"] = [
    { key: "insertAbove", label: say(words.insertAbove) },
    { key: "insertBelow", label: say(words.insertBelow), extra: "Ctrl ↵" },
    { key: "duplicate", label: say(words.duplicate), extra: "Ctrl ⇧ D" },
    { key: "remove", label: say(words.remove), extra: "Ctrl Del", danger: true },
    { type: "divider" },
    { key: "up", label: say(words.up), extra: "Alt ↑" },
    { key: "down", label: say(words.down), extra: "Alt ↓" },
    { key: "fillDown", label: say(words.fillDown), extra: "Ctrl D" },
    { type: "divider" },
    { key: "undo", label: say(words.undo), extra: "Ctrl Z", disabled: !sheet.canUndo },
    { key: "redo", label: say(words.redo), extra: "Ctrl Y", disabled: !sheet.canRedo },
  ];
  const onItem: MenuProps["onClick"] = ({ key }) => {
    setMenu(undefined);
    acts[key as keyof typeof acts]();
    editor.current?.focus();
  };

  const sum = sumOf(lines, computed, range, shown, speech);
  const cellLeft = lefts[cursor.col] ?? 0;
  const range_ = { left: lefts[range.left] ?? 0, right: lefts[range.right + 1] ?? 0, top: HEAD + range.top * height, bottom: HEAD + (range.bottom + 1) * height };
  return (
    <div className="line-table" onCopy={copy} onCut={copy} onPaste={paste}>
      <div className="line-scroller" ref={scroller} style={{ maxHeight: props.maxHeight }}>
        <div className="line-sheet" style={{ width: total, height: rows.getTotalSize() }} onPointerDown={pointerDown} onContextMenu={onMenu} onDoubleClick={() => editor.current?.open()}>
          <div role="grid" aria-label={entity.label} aria-rowcount={sheet.rows + 1} aria-colcount={shown.length + 1} aria-readonly={readOnly} aria-description={readOnly ? undefined : say(words.keys)}>
            <div role="row" aria-rowindex={1} className="line-head" style={{ height: HEAD }}>
              <div role="columnheader" aria-colindex={1} className="line-number" aria-label={say(words.rowNumber)}>
                <ColumnChoice columns={columns} label={say(words.columns)} />
              </div>
              {shown.map((one, col) => (
                <Head key={one.field.name} column={one} col={col} width={widths[col] ?? 0} columns={columns} title={say(words.width, { column: one.field.label })} />
              ))}
            </div>
            {rows.getVirtualItems().map(({ index: at, start }) => {
              const of = lines[at];
              const selected = at >= range.top && at <= range.bottom;
              return (
                <LineRow
                  key={of ? keyOf(of) : "ghost"} at={at} line={of} computed={of && computed.get(keyOf(of))} columns={shown} record={record} speech={speech}
                  left={selected ? range.left : -1} right={selected ? range.right : -1} wrong={of && wrong.get(keyOf(of))} ghost={say(words.ghost)}
                  style={rowStyle(start, height, NUMBER_WIDTH, widths)} marked={markOf(drag, at)}
                />
              );
            })}
          </div>
          <div className="line-range" style={{ left: range_.left, top: range_.top, width: range_.right - range_.left, height: range_.bottom - range_.top }}>
            {!readOnly && lines.length > 0 && range.bottom < lines.length && (
              <Tooltip title={say(words.fill)}>
                <span
                  className="fill-handle"
                  onPointerDown={(event) => { event.preventDefault(); setDrag({ what: "fill", bottom: range.bottom, to: range.bottom }); }}
                />
              </Tooltip>
            )}
          </div>
          {column && (
            <CellEditor
              editor={editor} cell={`${line ? keyOf(line) : "ghost"}.${column.field.name}`} field={column.field} value={isMissing(own) ? value : own} writable={column.writable}
              lookup={lookups[column.field.name]} wrong={reason}
              label={say(words.cell, { column: column.field.label, n: cursor.row + 1 })}
              style={{ left: cellLeft, top: HEAD + cursor.row * height, width: widths[cursor.col], height }}
              onCommit={set} onKey={press} onForm={() => setForm(true)}
            />
          )}
        </div>
      </div>
      <Troubles lines={lines} columns={shown} wrong={wrong} onGo={(to) => { go(to); editor.current?.focus(); }} />
      {(props.footer || sum) && (
        <div className="line-foot">
          {props.footer}
          <span className="line-sum quiet">{sum}</span>
        </div>
      )}
      {menu && (
        <Dropdown open menu={{ items, onClick: onItem, autoFocus: true }} onOpenChange={(open) => !open && setMenu(undefined)} trigger={["click"]}>
          <span className="line-menu" style={{ left: menu.x, top: menu.y }} />
        </Dropdown>
      )}
      {form && column && line && (
        <CellForm
          field={column.field} value={own} record={line as Rec} onChange={set}
          onClose={() => { setForm(false); editor.current?.focus(); }}
        />
      )}
    </div>
  );
}

type Drag =
  | { what: "cells" }
  | { what: "fill"; bottom: number; to: number }
  | { what: "rows"; top: number; bottom: number; to: number; from: number };

function useDragging(drag: Drag | undefined, on: { move: (event: globalThis.PointerEvent) => void; end: () => void }): void {
  const latest = useRef(on);
  latest.current = on;
  const active = drag !== undefined;
  useEffect(() => {
    if (!active) return;
    const move = (event: globalThis.PointerEvent): void => latest.current.move(event);
    const end = (): void => latest.current.end();
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end);
    window.addEventListener("pointercancel", end);
    return () => {
      window.removeEventListener("pointercancel", end);
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", end);
    };
  }, [active]);
}

const styles = new WeakMap<readonly number[], Map<string, React.CSSProperties>>();

/** The same object for the same row, so that a row that didn't change isn't drawn again. */
function rowStyle(start: number, height: number, first: number, widths: readonly number[]): React.CSSProperties {
  let known = styles.get(widths);
  if (!known) styles.set(widths, (known = new Map()));
  const key = `${String(start)}/${String(height)}`;
  let style = known.get(key);
  if (!style) {
    style = { top: start, height, gridTemplateColumns: [first, ...widths].map((one) => `${String(one)}px`).join(" ") };
    known.set(key, style);
  }
  return style;
}

function markOf(drag: Drag | undefined, at: number): string {
  if (drag?.what === "fill" && at > drag.bottom && at <= drag.to) return "filling";
  if (drag?.what !== "rows") return "";
  if (at >= drag.top && at <= drag.bottom) return "dragged";
  return drag.to === at ? "drop-before" : drag.to === at + 1 && drag.to > drag.bottom ? "drop-after" : "";
}

/** Repeat the selected rows further down. */
function fillFrom(lines: readonly Line[], source: Range, to: Range, columns: readonly LineColumn[]): Line[] {
  const names = columns.slice(source.left, source.right + 1).filter((one) => one.writable).map((one) => one.field.name);
  const size = source.bottom - source.top + 1;
  return lines.map((line, at) => {
    if (at <= source.bottom || at > to.bottom) return line;
    const from = lines[source.top + ((at - source.top) % size)];
    return { ...line, ...Object.fromEntries(names.map((name) => [name, from?.[name]])) };
  });
}

function firstWrong(lines: readonly Line[], columns: readonly LineColumn[], wrong: LineViewProps["wrong"], speech: ReturnType<typeof useSpeech>): Place | undefined {
  for (const [row, line] of lines.entries()) {
    const reasons = reasonsOf(line, columns, wrong.get(keyOf(line)), speech);
    const col = columns.findIndex((one) => reasons[one.field.name]);
    if (col >= 0) return { row, col };
  }
  return undefined;
}

/** What is selected comes to, as a spreadsheet tells it below. */
function sumOf(lines: readonly Line[], computed: ReadonlyMap<string, Rec>, range: Range, columns: readonly LineColumn[], speech: ReturnType<typeof useSpeech>): string {
  const cells = (range.bottom - range.top + 1) * (range.right - range.left + 1);
  if (cells < 2) return "";
  const numeric = columns.slice(range.left, range.right + 1).filter((one) => WAYS[one.field.kind] === "number" || KINDS[one.field.kind].numeric);
  const numbers = lines.slice(range.top, range.bottom + 1).flatMap((line) =>
    numeric.flatMap(({ field }) => readNumber(String(line[field.name] ?? computed.get(keyOf(line))?.[field.name] ?? "")) ?? []),
  );
  const count = speech.say(words.selected, { n: cells });
  if (numbers.length < 2 || numeric.length !== 1) return count;
  const [only] = numeric;
  const sum = numbers.reduce((all, one) => all.plus(one), new Decimal(0)).toFixed();
  return `${count} · ${speech.say(words.sum, { sum: only ? cellText(only.field, sum, speech) : sum })}`;
}

function Head({ column, col, width, columns, title }: { column: LineColumn; col: number; width: number; columns: Columns; title: string }) {
  const [from, setFrom] = useState<{ x: number; width: number }>();
  const { field } = column;
  return (
    <div role="columnheader" aria-colindex={col + 2} className={KINDS[field.kind].numeric ? "line-cell num" : "line-cell"} style={{ width }} title={field.label}>
      {field.label}
      {field.required && column.writable && <span className="required" aria-hidden> *</span>}
      <span
        className="line-grip" title={title}
        onPointerDown={(event) => {
          event.preventDefault();
          event.stopPropagation();
          event.currentTarget.setPointerCapture(event.pointerId);
          setFrom({ x: event.clientX, width });
        }}
        onPointerMove={(event) => from && columns.setWidth(field.name, from.width + event.clientX - from.x)}
        onPointerUp={() => setFrom(undefined)}
      />
    </div>
  );
}

function ColumnChoice({ columns, label }: { columns: Columns; label: string }) {
  const content = (
    <div className="line-columns">
      {columns.all.map(({ field }) => (
        <Checkbox key={field.name} checked={!columns.isHidden(field.name)} onChange={() => columns.toggle(field.name)}>{field.label}</Checkbox>
      ))}
    </div>
  );
  return (
    <Popover content={content} trigger="click" placement="bottomLeft">
      <Button type="text" size="small" icon={<SettingOutlined />} aria-label={label} />
    </Popover>
  );
}

/** What is wrong, each a way to its cell. */
function Troubles({ lines, columns, wrong, onGo }: { lines: readonly Line[]; columns: readonly LineColumn[]; wrong: LineViewProps["wrong"]; onGo: (to: Place) => void }) {
  const speech = useSpeech();
  const found = useMemo(
    () => lines.flatMap((line, row) =>
      Object.entries(reasonsOf(line, columns, wrong.get(keyOf(line)), speech)).map(([name, reason]) => ({
        row, col: Math.max(0, columns.findIndex((one) => one.field.name === name)), reason,
      })),
    ),
    [lines, columns, wrong, speech],
  );
  if (found.length === 0) return null;
  return (
    <div className="line-troubles" role="status">
      {found.slice(0, WRONG_SHOWN).map(({ row, col, reason }) => (
        <button type="button" key={`${String(row)}.${String(col)}`} onClick={() => onGo({ row, col })}>
          <DownOutlined rotate={90} /> {speech.say(words.row, { n: row + 1 })}: {reason}
        </button>
      ))}
      {found.length > WRONG_SHOWN && <span>{speech.say(words.more, { n: found.length - WRONG_SHOWN })}</span>}
    </div>
  );
}

/** Widths of the columns: texts and references take what is left over. */
function useWidths(scroller: { current: HTMLDivElement | null }, columns: Columns): number[] {
  const [room, setRoom] = useState(0);
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const watch = new ResizeObserver(() => setRoom(box.clientWidth));
    watch.observe(box);
    setRoom(box.clientWidth);
    return () => watch.disconnect();
  }, [scroller]);
  const wanted = columns.shown.map((one) => columns.widthOf(one));
  const key = wanted.join(",");
  return useMemo(() => {
    const widths = key.split(",").map(Number);
    const left = room - NUMBER_WIDTH - widths.reduce((sum, one) => sum + one, 0);
    const flexible = columns.shown.map((one, at) => (FLEXIBLE.has(one.field.kind) ? (widths[at] ?? 0) : 0));
    const whole = flexible.reduce((sum, one) => sum + one, 0);
    if (left <= 0) return widths;
    if (whole === 0) return widths.map((one) => one + Math.floor(left / widths.length));
    return widths.map((one, at) => one + Math.floor((left * (flexible[at] ?? 0)) / whole));
  }, [key, room, columns.shown]);
}
