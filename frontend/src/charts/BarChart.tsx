import { useMemo } from "react";
import { exact, MISSING } from "@/format/number";
import { type ChartOption, useChart } from "./echarts";
import { type Palette, usePalette } from "./palette";
import { axisLook, tooltipLook } from "./style";

export type BarSeries = { name: string; values: readonly (number | null)[]; colour: string };

type Props = {
  /** What it shows, for those who do not see it. */
  label: string;
  names: readonly string[];
  series: readonly BarSeries[];
  format: (value: number) => string;
  /** Which place is not finished, and so drawn paler. */
  unfinished?: number;
  stacked?: boolean;
  height?: number;
};

const PALE = 0.45;
const TOLD = 12;

/** Bars side by side, or on each other. */
export function BarChart({ label, height = 240, ...shown }: Props) {
  const palette = usePalette();
  const { names, series, format, unfinished = -1, stacked = false } = shown;
  const option = useMemo(
    () => optionOf({ names, series, format, unfinished, stacked }, palette),
    [names, series, format, unfinished, stacked, palette],
  );
  const frame = useChart(option);
  return <div ref={frame} role="img" aria-label={label} style={{ height }} />;
}

type Shown = Required<Omit<Props, "label" | "height">>;

function optionOf(shown: Shown, palette: Palette): ChartOption {
  const axis = axisLook(palette);
  return {
    animation: false,
    grid: { left: 4, right: 4, top: 12, bottom: 4, containLabel: true },
    tooltip: {
      ...tooltipLook(palette),
      trigger: "axis",
      axisPointer: { type: "shadow" },
      formatter: (points: { dataIndex: number }[]) => told(shown, points[0]?.dataIndex ?? 0),
    },
    xAxis: { type: "category", data: [...shown.names], ...axis, splitLine: { show: false } },
    yAxis: { type: "value", ...axis, axisLabel: { ...axis.axisLabel, formatter: exact } },
    series: shown.series.map(({ name, values, colour }) => ({
      type: "bar",
      name,
      ...(shown.stacked ? { stack: "all" } : {}),
      barMaxWidth: 40,
      barCategoryGap: "35%",
      itemStyle: { color: colour, borderRadius: shown.stacked ? 0 : [3, 3, 0, 0] },
      data: values.map((value, place) =>
        place === shown.unfinished ? { value, itemStyle: { opacity: PALE } } : value,
      ),
    })),
  };
}

function told({ names, series, format, unfinished }: Shown, place: number): string {
  const lines = series.slice(0, TOLD).map(({ name, values }) => {
    const value = values[place] ?? null;
    const text = value === null ? MISSING : format(value);
    return series.length === 1 ? text : `${name}  ${text}`;
  });
  if (series.length > TOLD) lines.push(`and ${series.length - TOLD} more`);
  return [names[place] + (place === unfinished ? ", so far" : ""), ...lines].join("\n");
}
