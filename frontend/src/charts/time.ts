/** What a chart over time shows; the chart and its parts share these. */

export type TimeSeries = {
  name: string;
  /** One for each moment; null breaks the line. */
  values: readonly (number | null)[];
  /** Which of the values are reckoned, not measured. */
  estimated?: readonly boolean[];
  /** A CSS colour as #rrggbb. */
  colour: string;
};

export type TimeMark = { at: string; text: string };

export type TimeFigures = {
  /** Where the buckets begin, in seconds. */
  starts: readonly number[];
  series: readonly TimeSeries[];
  marks?: readonly TimeMark[];
};

/** Returns the lines that lie on each other: each on all before it, broken where it is unknown. */
export function stack(series: readonly TimeSeries[]): (number | null)[][] {
  const ground: number[] = [];
  return series.map(({ values }) =>
    values.map((value, at) => {
      if (value === null) return null;
      const top = (ground[at] ?? 0) + value;
      ground[at] = top;
      return top;
    }),
  );
}

/** Returns from where to where buckets are estimated: first and last of each run. */
export function estimatedRuns({ estimated = [] }: TimeSeries): [number, number][] {
  const runs: [number, number][] = [];
  estimated.forEach((isEstimated, at) => {
    if (!isEstimated) return;
    const last = runs.at(-1);
    if (last && last[1] === at - 1) last[1] = at;
    else runs.push([at, at]);
  });
  return runs;
}

/** Returns values that stand alone between gaps: a line does not show them, a point does. */
export function lonely(values: ArrayLike<number | null | undefined>): number[] {
  const found: number[] = [];
  for (let at = 0; at < values.length; at += 1) {
    if (values[at] == null) continue;
    if (values[at - 1] == null && values[at + 1] == null) found.push(at);
  }
  return found;
}
