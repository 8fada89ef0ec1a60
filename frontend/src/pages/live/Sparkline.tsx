import { memo, useMemo, useSyncExternalStore } from "react";
import { type Trend, trends } from "@/live/trends";
import styles from "./Sparkline.module.css";

const WIDTH = 112;
const HEIGHT = 36;

/** The last 24 hours as a small curve, with holes where nothing is known. */
export const Sparkline = memo(function Sparkline({ id }: { id: string }) {
  const subscribe = useMemo(() => trends.on(id), [id]);
  const trend = useSyncExternalStore(subscribe, () => trends.trend(id));
  const parts = useMemo(() => (trend ? curve(trend) : null), [trend]);
  return (
    <svg
      className={styles.spark}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden="true"
    >
      {parts && (
        <>
          <path className={styles.area} d={parts.area} />
          <path className={styles.line} d={parts.line} />
        </>
      )}
    </svg>
  );
});

/** Returns the paths of a trend; the top is a little above its highest point, the bottom is 0. */
function curve(trend: Trend): { line: string; area: string } {
  const highest = Math.max(...trend.map((value) => value ?? 0)) * 1.15 || 1;
  const step = WIDTH / Math.max(1, trend.length - 1);
  let line = "";
  let area = "";
  let begun: number | null = null;
  let last = 0;
  trend.forEach((value, index) => {
    if (value === null) {
      if (begun !== null) area += `L${last} ${HEIGHT}Z`;
      begun = null;
      return;
    }
    const x = round(index * step);
    const y = round(HEIGHT - 1 - (Math.max(0, value) / highest) * (HEIGHT - 2));
    line += `${begun === null ? "M" : "L"}${x} ${y}`;
    area += begun === null ? `M${x} ${HEIGHT}L${x} ${y}` : `L${x} ${y}`;
    begun ??= x;
    last = x;
  });
  if (begun !== null) area += `L${last} ${HEIGHT}Z`;
  return { line, area };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
