import { useMemo } from "react";
import { type ChartOption, useChart } from "./echarts";
import styles from "./HeatMap.module.css";
import { type Palette, usePalette } from "./palette";
import { axisLook, tooltipLook } from "./style";

/** A figure in a column and a row; a place without one stays empty. */
export type HeatCell = { column: number; row: number; value: number; name: string };

type Props = {
  /** What it shows, for those who do not see it. */
  label: string;
  columns: readonly string[];
  rows: readonly string[];
  cells: readonly HeatCell[];
  format: (value: number) => string;
  height?: number;
};

/** Figures as colours, in columns and rows. */
export function HeatMap({ label, columns, rows, cells, format, height = 220 }: Props) {
  const palette = usePalette();
  const [least, most] = useMemo(() => reach(cells), [cells]);
  const option = useMemo(
    () => optionOf({ columns, rows, cells, format, least, most }, palette),
    [columns, rows, cells, format, least, most, palette],
  );
  const frame = useChart(option);
  return (
    <>
      <div ref={frame} role="img" aria-label={label} style={{ height }} />
      {cells.length > 0 && (
        <div className={styles.scale}>
          {format(least)}
          <span
            aria-hidden
            className={styles.colours}
            // The colours that were painted: also on paper, where those of the styles may be others.
            style={{ background: `linear-gradient(to right, ${palette.heat.join(", ")})` }}
          />
          {format(most)}
        </div>
      )}
    </>
  );
}

function reach(cells: readonly HeatCell[]): [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { value } of cells) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return cells.length > 0 ? [least, most] : [0, 1];
}

type Shown = Omit<Props, "label" | "height"> & { least: number; most: number };

function optionOf({ columns, rows, cells, format, least, most }: Shown, palette: Palette) {
  const axis = axisLook(palette);
  const option: ChartOption = {
    animation: false,
    grid: { left: 4, right: 4, top: 4, bottom: 4, containLabel: true },
    tooltip: {
      ...tooltipLook(palette),
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const cell = cells[dataIndex];
        return cell ? `${cell.name}\n${format(cell.value)}` : "";
      },
    },
    xAxis: { type: "category", data: [...columns], ...axis, splitLine: { show: false } },
    yAxis: {
      type: "category",
      data: [...rows],
      ...axis,
      splitLine: { show: false },
      axisLabel: { ...axis.axisLabel, interval: 5 },
    },
    visualMap: {
      show: false,
      min: least,
      max: most > least ? most : least + 1,
      dimension: 2,
      inRange: { color: [...palette.heat] },
    },
    series: [
      {
        type: "heatmap",
        // Painted at once: what is painted bit by bit goes on where its page was left, and breaks.
        progressive: 0,
        data: cells.map(({ column, row, value }) => [column, row, value]),
        itemStyle: { borderColor: palette.surface, borderWidth: 1 },
        emphasis: { itemStyle: { borderColor: palette.text } },
      },
    ],
  };
  return option;
}
