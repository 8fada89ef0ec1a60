import { useComputedColorScheme } from "@mantine/core";
import { useMemo } from "react";

/** The colours of charts, which are painted on canvases and so know no CSS. */
export type Palette = {
  text: string;
  dim: string;
  line: string;
  surface: string;
  accent: string;
  /** Of series side by side; there may be more series than colours. */
  series: readonly string[];
  /** From the least to the most. */
  heat: readonly string[];
};

const SERIES = 8;
const HEAT = 4;

function read(_scheme: "light" | "dark"): Palette {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--wl-${name}`).trim();
  const row = (name: string, length: number) =>
    Array.from({ length }, (_, place) => colour(`${name}-${place + 1}`));
  return {
    text: colour("text"),
    dim: colour("dim"),
    line: colour("line"),
    surface: colour("surface"),
    accent: colour("accent"),
    series: row("series", SERIES),
    heat: row("heat", HEAT),
  };
}

/** Returns the colours of the scheme that is shown. */
export function usePalette(): Palette {
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  return useMemo(() => read(scheme), [scheme]);
}

/** Returns the colour of a series by its place. */
export function colourAt(palette: Palette, place: number): string {
  return palette.series[place % palette.series.length] ?? palette.accent;
}

/** Returns the CSS colour of a series by its place, for what is not painted on a canvas. */
export function seriesColour(place: number): string {
  return `var(--wl-series-${(place % SERIES) + 1})`;
}

/** Returns a colour (given as #rrggbb) that lets some of the ground through. */
export function faded(colour: string, share: number): string {
  return `${colour}${Math.round(share * 255)
    .toString(16)
    .padStart(2, "0")}`;
}
