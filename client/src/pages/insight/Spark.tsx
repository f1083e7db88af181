/** The course of a figure, as small as a word. */

const WIDTH = 100;
const HEIGHT = 26;
const EDGE = 2;

export function Spark({ values }: { values: readonly number[] }) {
  if (values.length < 2) return null;
  const least = Math.min(0, ...values);
  const span = Math.max(...values) - least || 1;
  const points = values.map((value, at) => `${(at * WIDTH) / (values.length - 1)},${HEIGHT - EDGE - ((value - least) / span) * (HEIGHT - 2 * EDGE)}`);
  return (
    <svg className="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden>
      <path className="under" d={`M0,${HEIGHT}L${points.join("L")}L${WIDTH},${HEIGHT}Z`} />
      <path d={`M${points.join("L")}`} />
    </svg>
  );
}
