/** Picking across orders: what a scan means. Pure: the page draws it, the server decides in the end. */

import Decimal from "decimal.js";

export interface PickLine {
  id: string;
  product: string;
  code: string;
  name: string;
  specification: string;
  unit: string;
  quantity: string;
  picked: string;
}

export interface PickTask {
  id: string;
  number: string;
  version: number;
  state: "planned" | "picked" | "packed";
  due: string | null;
  document: string | null;
  customer: string | null;
  carrier: string;
  tracking_number: string;
  lines: PickLine[];
}

export interface Barcode {
  barcode: string;
  product: string;
  factor: string;
}

/** What was found so far, on this machine, until the server has it. */
export interface Progress {
  /** By line: so much is in its slot. */
  found: Record<string, string>;
  /** Lines that are finished although something is missing. */
  short: string[];
  /** Which line each scan went to, and how much; the last one can be taken back. */
  scans: { line: string; before: string; short: boolean }[];
  /** Only this shipment is picked, if one was scanned. */
  focus: string | null;
}

export const NOTHING: Progress = { found: {}, short: [], scans: [], focus: null };

export type Taking = "line" | "each";

export type Heard =
  | { kind: "picked"; task: PickTask; line: PickLine; quantity: string; left: string; done: boolean }
  | { kind: "short"; task: PickTask; line: PickLine; quantity: string }
  | { kind: "wrong" | "enough"; name: string }
  | { kind: "tooMuch"; line: PickLine; quantity: string }
  | { kind: "unknown"; code: string }
  | { kind: "focused"; task: PickTask }
  | { kind: "unfocused" | "undone" | "nothing" | "nothingToUndo" };

export interface Scanned {
  progress: Progress;
  heard: Heard;
}

const COUNT = /^(\d{1,7}(?:\.\d{1,6})?)$/;
const TIMES = /^(\d{1,7}(?:\.\d{1,6})?)\s*[*x×]\s*(.+)$/i;

export function foundOf(progress: Progress, line: PickLine): Decimal {
  return new Decimal(progress.found[line.id] ?? "0");
}

export function leftOf(progress: Progress, line: PickLine): Decimal {
  return new Decimal(line.quantity).minus(foundOf(progress, line));
}

export function isDone(progress: Progress, line: PickLine): boolean {
  return progress.short.includes(line.id) || leftOf(progress, line).isZero();
}

export function isTaskDone(progress: Progress, task: PickTask): boolean {
  return task.lines.every((line) => isDone(progress, line));
}

/** Say what a scan or a typed number means, and what is found then. */
export function scan(
  typed: string, tasks: readonly PickTask[], barcodes: readonly Barcode[], taking: Taking, progress: Progress,
): Scanned {
  const text = typed.trim();
  const times = TIMES.exec(text);
  const code = (times?.[2] ?? text).toLowerCase();
  const known = barcodes.find((one) => one.barcode.toLowerCase() === code);
  if (!known) {
    const task = tasks.find((one) => one.number.toLowerCase() === code);
    if (task) return focused(task, progress);
    if (COUNT.test(text)) return corrected(new Decimal(text), tasks, progress);
    return { progress, heard: { kind: "unknown", code: text } };
  }
  const among = tasks.filter((one) => !progress.focus || one.id === progress.focus);
  const places = among.flatMap((task) => task.lines.filter((line) => line.product === known.product).map((line) => ({ task, line })));
  const name = tasks.flatMap((one) => one.lines).find((line) => line.product === known.product)?.name ?? text;
  const place = places.find(({ line }) => !isDone(progress, line));
  if (!place) return { progress, heard: { kind: places.length ? "enough" : "wrong", name } };
  const { task, line } = place;
  const left = leftOf(progress, line);
  const one = new Decimal(known.factor);
  const quantity = times ? new Decimal(times[1] ?? "1").times(one) : taking === "each" ? one : left;
  if (quantity.gt(left)) return { progress, heard: { kind: "tooMuch", line, quantity: left.toFixed() } };
  const after = put(progress, line, foundOf(progress, line).plus(quantity), false);
  return {
    progress: after,
    heard: {
      kind: "picked", task, line, quantity: quantity.toFixed(), left: left.minus(quantity).toFixed(),
      done: isTaskDone(after, task),
    },
  };
}

function put(progress: Progress, line: PickLine, found: Decimal, short: boolean): Progress {
  const before = { line: line.id, before: progress.found[line.id] ?? "0", short: progress.short.includes(line.id) };
  const others = progress.short.filter((one) => one !== line.id);
  return {
    ...progress,
    found: { ...progress.found, [line.id]: found.toFixed() },
    short: short ? [...others, line.id] : others,
    scans: [...progress.scans, before],
  };
}

function focused(task: PickTask, progress: Progress): Scanned {
  if (progress.focus === task.id) return { progress: { ...progress, focus: null }, heard: { kind: "unfocused" } };
  return { progress: { ...progress, focus: task.id }, heard: { kind: "focused", task } };
}

/** A number alone says how much of the last line there really was. */
function corrected(quantity: Decimal, tasks: readonly PickTask[], progress: Progress): Scanned {
  const last = progress.scans.at(-1)?.line;
  const task = tasks.find((one) => one.lines.some((line) => line.id === last));
  const line = task?.lines.find((one) => one.id === last);
  if (!task || !line) return { progress, heard: { kind: "nothing" } };
  if (quantity.gt(line.quantity)) return { progress, heard: { kind: "tooMuch", line, quantity: line.quantity } };
  const short = quantity.lt(line.quantity);
  const after = put(progress, line, quantity, short);
  if (short) return { progress: after, heard: { kind: "short", task, line, quantity: quantity.toFixed() } };
  return {
    progress: after,
    heard: { kind: "picked", task, line, quantity: quantity.toFixed(), left: "0", done: isTaskDone(after, task) },
  };
}

export function takeBack(progress: Progress): Scanned {
  const last = progress.scans.at(-1);
  if (!last) return { progress, heard: { kind: "nothingToUndo" } };
  const others = progress.short.filter((one) => one !== last.line);
  return {
    progress: {
      ...progress,
      found: { ...progress.found, [last.line]: last.before },
      short: last.short ? [...others, last.line] : others,
      scans: progress.scans.slice(0, -1),
    },
    heard: { kind: "undone" },
  };
}

/** Finish whatever was begun: what is missing on a line is short. */
export function finishAll(tasks: readonly PickTask[], progress: Progress): Progress {
  const begun = tasks.filter((task) => task.lines.some((line) => !foundOf(progress, line).isZero()));
  const missing = begun.flatMap((task) => task.lines).filter((line) => !isDone(progress, line));
  return { ...progress, short: [...progress.short, ...missing.map((line) => line.id)] };
}

/** What the server is told: the quantity of each line. */
export function quantitiesOf(progress: Progress, task: PickTask): Record<string, string> {
  return Object.fromEntries(task.lines.map((line) => [line.id, foundOf(progress, line).toFixed()]));
}
