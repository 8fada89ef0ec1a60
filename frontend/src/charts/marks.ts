import type uPlot from "uplot";
import type { Palette } from "./palette";
import { estimatedRuns, type TimeFigures } from "./time";

const HATCH = 7;
const RADIUS = 8;

/** Hatches what is estimated. It is seen without colours. */
export function paintEstimates(plot: uPlot, { starts, series }: TimeFigures, colours: Palette) {
  const [only, ...others] = series;
  if (!only || others.length > 0) return;
  const { bbox } = plot;
  const right = bbox.left + bbox.width;
  for (const [first, last] of estimatedRuns(only)) {
    const end = starts[last + 1];
    const from = Math.max(bbox.left, plot.valToPos(starts[first] ?? 0, "x", true));
    const to = end === undefined ? right : Math.min(right, plot.valToPos(end, "x", true));
    if (from < to) hatch(plot, from, to, colours.dim);
  }
}

function hatch({ ctx, bbox }: uPlot, from: number, to: number, colour: string): void {
  const bottom = bbox.top + bbox.height;
  const step = HATCH * devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(from, bbox.top, to - from, bbox.height);
  ctx.clip();
  ctx.strokeStyle = colour;
  ctx.globalAlpha = 0.45;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  // The lines are counted from the left edge, so that runs side by side go on evenly.
  for (let x = Math.floor((from - bbox.height) / step) * step; x < to; x += step) {
    ctx.moveTo(x, bottom);
    ctx.lineTo(x + bbox.height, bbox.top);
  }
  ctx.stroke();
  ctx.restore();
}

/** Draws a numbered line where something happened to a register; the numbers stand in the key. */
export function paintMarks(plot: uPlot, { marks = [] }: TimeFigures, colours: Palette): void {
  const { ctx, bbox } = plot;
  const radius = RADIUS * devicePixelRatio;
  ctx.save();
  ctx.font = `600 ${10.5 * devicePixelRatio}px 'Inter Variable', sans-serif`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineWidth = devicePixelRatio;
  let free = -Infinity;
  marks.forEach(({ at }, place) => {
    const x = plot.valToPos(Date.parse(at) / 1000, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) return;
    ctx.strokeStyle = colours.dim;
    ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.setLineDash([]);
    // Where lines stand close, only the first of them has room for its number.
    if (x - radius < free) return;
    free = x + radius + ctx.lineWidth;
    ctx.beginPath();
    ctx.arc(x, bbox.top + radius, radius, 0, 2 * Math.PI);
    ctx.fillStyle = colours.surface;
    ctx.fill();
    ctx.stroke();
    ctx.fillStyle = colours.text;
    ctx.fillText(String(place + 1), x, bbox.top + radius);
  });
  ctx.restore();
}
