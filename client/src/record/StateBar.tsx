/** Where a record stands in its life: the states it went through, the one it is in, those ahead. */

import type { Lifecycle } from "@/api/meta";

/** The way most records go: from each state to the first that it may move to. */
export function mainWay(lifecycle: Lifecycle): string[] {
  const way = [lifecycle.states[0]?.name ?? ""];
  for (;;) {
    const next = lifecycle.moves.find((one) => one.from === way.at(-1) && !way.includes(one.to));
    if (!next) return way;
    way.push(next.to);
  }
}

export function StateBar({ lifecycle, state, label }: { lifecycle: Lifecycle; state: string; label: string }) {
  const way = mainWay(lifecycle);
  const shown = way.includes(state) ? way : [...way.slice(0, 1), state];
  const at = shown.indexOf(state);
  const labels = new Map(lifecycle.states.map((one) => [one.name, one.label]));
  return (
    <ol className="state-bar" aria-label={label}>
      {shown.map((one, index) => (
        <li key={one} className={index < at ? "past" : index === at ? "now" : "ahead"} aria-current={index === at ? "step" : undefined}>
          {labels.get(one) ?? one}
        </li>
      ))}
    </ol>
  );
}
