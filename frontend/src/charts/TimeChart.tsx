import "uplot/dist/uPlot.min.css";
import { useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import { exact } from "@/format/number";
import { moment } from "@/format/time";
import { usePalette } from "./palette";
import styles from "./TimeChart.module.css";
import { stack, type TimeFigures } from "./time";
import { timeOptions } from "./timeOptions";

type Props = {
  /** What it shows, for those who do not see it. */
  label: string;
  figures: TimeFigures;
  zone: string | undefined;
  format: (value: number) => string;
  stacked?: boolean;
  stepped?: boolean;
  height?: number;
};

const LISTED = 8;
/** Of a chart in what is not shown yet. */
const NARROWEST = 300;

/** Lines over time. They break where nothing is known; estimates are hatched, events numbered. */
export function TimeChart(props: Props) {
  const { label, figures, zone, format, stacked = false, stepped = false, height = 260 } = props;
  const palette = usePalette();
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const newest = useRef(figures);
  newest.current = figures;
  // Which lines there are; other figures on the same lines do not make the chart anew.
  const lines = JSON.stringify(figures.series.map(({ name, colour }) => [name, colour]));
  const look = useMemo(() => {
    const drawn = JSON.parse(lines) as [string, string][];
    const names = drawn.map(([name]) => name);
    const colours = drawn.map(([, colour]) => colour);
    return { zone, stacked, stepped, names, colours, palette, height, format, axis: exact };
  }, [lines, zone, stacked, stepped, palette, height, format]);

  useEffect(() => {
    const box = frame.current;
    if (!box) return;
    const made = new uPlot(
      timeOptions(look, box.clientWidth || NARROWEST, () => newest.current),
      dataOf(newest.current, look.stacked),
      box,
    );
    plot.current = made;
    const watch = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0);
      if (width > 0) made.setSize({ width, height: look.height });
    });
    watch.observe(box);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [look]);

  useEffect(() => {
    plot.current?.setData(dataOf(figures, stacked));
  }, [figures, stacked]);

  return (
    <>
      <div className={styles.frame} style={{ height }}>
        <div ref={frame} className={styles.plot} role="img" aria-label={label} />
      </div>
      <Key figures={figures} zone={zone} />
    </>
  );
}

function dataOf({ starts, series }: TimeFigures, stacked: boolean): uPlot.AlignedData {
  const lines = stacked ? stack(series) : series.map(({ values }) => [...values]);
  return [[...starts], ...lines];
}

function Key({ figures: { series, marks = [] }, zone }: Pick<Props, "figures" | "zone">) {
  const isEstimated = series.length === 1 && series[0]?.estimated?.some(Boolean);
  if (!isEstimated && marks.length === 0) return null;
  return (
    <ul className={styles.key} aria-label="Key">
      {isEstimated && (
        <li>
          <span className={styles.hatch} aria-hidden />
          Estimated
        </li>
      )}
      {marks.slice(0, LISTED).map(({ at, text }, place) => (
        <li key={`${at}${text}`}>
          <span className={styles.number}>{place + 1}</span>
          <span>
            {moment(at, zone)} · {text}
          </span>
        </li>
      ))}
      {marks.length > LISTED && <li>and {marks.length - LISTED} more</li>}
    </ul>
  );
}
