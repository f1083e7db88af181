/** Which colour a state has: one meaning, one tone, for every kind of record. */

export type Tone = "default" | "processing" | "success" | "warning" | "error";

const TONES: Readonly<Record<string, Tone>> = {
  draft: "default", open: "processing", planned: "default", new: "default", waiting: "warning",
  parked: "warning", confirmed: "processing", picked: "processing", packed: "processing",
  issued: "processing", active: "success", started: "processing", shipped: "success",
  received: "success", posted: "success", paid: "success", done: "success", approved: "success",
  published: "success", applied: "success", overdue: "error", declined: "error", failed: "error",
  refused: "error", cancelled: "default", closed: "default", reversed: "default", dropped: "default",
  withdrawn: "default", ended: "default", locked: "warning", A: "success", B: "processing",
  D: "warning", E: "error",
};

export function toneOf(value: string): Tone {
  return TONES[value] ?? "default";
}
