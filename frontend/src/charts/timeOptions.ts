import uPlot from "uplot";
import { clock, day, tick } from "@/format/time";
import { paintEstimates, paintMarks } from "./marks";
import { faded, type Palette } from "./palette";
import { lonely, type TimeFigures } from "./time";
import { Tooltip, type TooltipText } from "./tooltip";

const DAY = 86_400;
const TOLD = 10;
const LEAST_ROOM = 52;
const DIGIT = 7.2;
const BESIDE = 14;

export type Look = {
  zone: string | undefined;
  stacked: boolean;
  /** Whether values hold for their whole bucket, as energy does. */
  stepped: boolean;
  names: readonly string[];
  colours: readonly string[];
  palette: Palette;
  height: number;
  format: (value: number) => string;
  axis: (value: number) => string;
};

/** Returns how uPlot draws a chart; the figures are looked up when they are needed. */
export function timeOptions(look: Look, width: number, figures: () => TimeFigures): uPlot.Options {
  const { palette, zone } = look;
  const line = { stroke: palette.line, width: 1 };
  const axis = {
    stroke: palette.dim,
    grid: line,
    ticks: { show: false },
    font: "12px 'Inter Variable', sans-serif",
  };
  let tooltip: Tooltip | null = null;
  return {
    width,
    height: look.height,
    // The name of the last moment stands in the middle below it.
    padding: [10, 22, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: true, y: false }, points: { size: 7 } },
    tzDate: (seconds) =>
      zone ? uPlot.tzDate(new Date(seconds * 1000), zone) : new Date(seconds * 1000),
    scales: { y: { range: (_, min, max) => [Math.min(0, min ?? 0), (max || 1) * 1.08] } },
    axes: [
      {
        ...axis,
        space: 64,
        size: 28,
        gap: 8,
        values: (_, moments, __, ___, apart) =>
          moments.map((at) => tick(new Date(at * 1000), zone, lengthOf(apart))),
      },
      { ...axis, size: roomOf, gap: 8, values: (_, values) => values.map(look.axis) },
    ],
    series: [{}, ...drawn(look)],
    ...(look.stacked ? { bands: bands(look) } : {}),
    hooks: {
      init: [
        (plot) => {
          tooltip = new Tooltip(plot);
        },
      ],
      drawAxes: [(plot) => paintEstimates(plot, figures(), palette)],
      draw: [(plot) => paintMarks(plot, figures(), palette)],
      setCursor: [
        (plot) => {
          const at = plot.cursor.idx;
          if (at == null || (plot.cursor.left ?? -1) < 0) tooltip?.hide();
          else tooltip?.show(plot, toldAt(figures(), at, look));
        },
      ],
    },
  };
}

/** Returns how wide the figures beside the chart are, in pixels, with the gap. */
function roomOf(_: uPlot, figures: string[]): number {
  const longest = (figures ?? []).reduce((most, figure) => Math.max(most, figure.length), 0);
  return Math.max(LEAST_ROOM, Math.ceil(longest * DIGIT + BESIDE));
}

function lengthOf(apart: number): "month" | "day" | "hour" {
  if (apart >= 28 * DAY) return "month";
  return apart >= DAY ? "day" : "hour";
}

function drawn({ names, colours, stacked, stepped }: Look): uPlot.Series[] {
  const paths = stepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
  return names.map((label, place) => {
    const colour = colours[place] ?? "#000000";
    const isFilled = stacked || names.length === 1;
    return {
      label,
      stroke: colour,
      width: 1.5,
      spanGaps: false,
      points: { show: false, size: 4, filter: (plot, index) => lonely(plot.data[index] ?? []) },
      ...(isFilled ? { fill: faded(colour, stacked ? 0.35 : 0.1) } : {}),
      ...(paths ? { paths } : {}),
    };
  });
}

/** Between each two lines that lie on each other is the band of the upper one. */
function bands({ names }: Look): uPlot.Band[] {
  return names.slice(1).map((_, place) => ({ series: [place + 2, place + 1] }));
}

function toldAt({ starts, series }: TimeFigures, at: number, look: Look): TooltipText {
  const lines = series.map(({ name, values, estimated, colour }) => {
    const value = values[at] ?? null;
    const text = value === null ? "no reading" : look.format(value);
    return { name, text: estimated?.[at] ? `${text}, estimated` : text, colour, value };
  });
  if (lines.length > TOLD) lines.sort((a, b) => (b.value ?? -1) - (a.value ?? -1));
  const from = new Date((starts[at] ?? 0) * 1000);
  return {
    head: `${day(from, look.zone)}, ${clock(from, look.zone)}`,
    lines: lines.slice(0, TOLD),
    more: Math.max(0, lines.length - TOLD),
  };
}
