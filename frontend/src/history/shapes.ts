import type { Figures } from "@/charts/FigureTable";
import type { HeatCell } from "@/charts/HeatMap";
import type { TimeFigures } from "@/charts/time";
import { energies, exact, kilowatts, kwh, type Maybe, MISSING } from "@/format/number";
import { day, hourOf, moment, monthName, monthOf, tick, wall } from "@/format/time";
import type { History, HistorySeries } from "./useHistory";

export type Measure = "kw" | "kwh";

/** What is measured, in words. */
export const MEASURES: Record<Measure, { word: string; unit: string }> = {
  kw: { word: "Power", unit: "kW" },
  kwh: { word: "Energy", unit: "kWh" },
};

/** Returns a figure of a measure with its unit. */
export const told: Record<Measure, (value: number) => string> = {
  kw: (value) => `${kilowatts(value).text} kW`,
  kwh: (value) => `${exact(value)} kWh`,
};

/** Returns a history as a chart draws it. */
export function lines(
  history: History,
  series: readonly HistorySeries[],
  measure: Measure,
  colourOf: (series: HistorySeries) => string,
): TimeFigures {
  return {
    starts: history.starts.map((start) => Date.parse(start) / 1000),
    series: series.map((each) => ({
      name: each.name,
      values: each[measure],
      estimated: each.quality.map((quality) => quality === "estimated"),
      colour: colourOf(each),
    })),
    marks: history.marks.map(({ at, text }) => ({ at, text })),
  };
}

const QUALITIES = { measured: "measured", estimated: "estimated", partial: "in part" };

/** Returns a history as a table: a row a bucket, a column a series. */
export function tableOf(
  { starts, step, timeZone }: History,
  series: readonly HistorySeries[],
  measure: Measure,
): Figures {
  const [only] = series;
  const isOne = series.length === 1 && only !== undefined;
  const heads = isOne
    ? ["From", "kW", "kWh", "Quality"]
    : ["From", ...series.map(({ name }) => name)];
  const power = (value: Maybe) => kilowatts(value).text;
  const energy = energies(series.flatMap((each) => each.kwh));
  const figure = measure === "kw" ? power : energy;
  return {
    heads,
    count: starts.length,
    row: (place) => {
      const name = startName(starts[place], step, timeZone);
      if (!isOne) return [name, ...series.map((each) => figure(each[measure][place]))];
      const quality = only.quality[place];
      return [
        name,
        power(only.kw[place]),
        energy(only.kwh[place]),
        quality ? QUALITIES[quality] : MISSING,
      ];
    },
  };
}

function startName(start: string | undefined, step: History["step"], zone: string): string {
  if (step === "month") return monthName(monthOf(start, zone));
  return step === "day" ? day(start, zone) : moment(start, zone);
}

export type Months = { names: string[]; long: string[]; unfinished: number };

/** Returns the months of a history by step month; the last is unfinished where it is cut. */
export function monthsOf({ starts, to, timeZone }: History): Months {
  const months = starts.map((start) => monthOf(start, timeZone));
  const isCut = Date.parse(to) > Date.now() || !wall(to, timeZone)?.endsWith("01T00:00");
  return {
    names: months.map((month) => monthName(month, "short")),
    long: months.map((month) => `${monthName(month, "short")} ${month.slice(0, 4)}`),
    unfinished: isCut ? months.length - 1 : -1,
  };
}

/** Returns the months of series as a table: a row a series, its total, then the newest first. */
export function monthTable(history: History, series: readonly HistorySeries[]): Figures {
  const { long, unfinished } = monthsOf(history);
  const heads = long.map((name, place) => (place === unfinished ? `${name}, so far` : name));
  return {
    heads: ["kWh", "Total", ...heads.toReversed()],
    count: series.length,
    hasTotal: series.at(-1)?.id === "total" && series.length > 1,
    row: (place) => {
      const each = series[place];
      return each ? [each.name, kwh(each.totalKwh), ...each.kwh.map(kwh).toReversed()] : [];
    },
  };
}

export type Heat = { days: string[]; hours: string[]; cells: HeatCell[] };

/** Returns a history by hours as a map of days and hours; where nothing is known it is empty. */
export function heatOf({ starts, timeZone }: History, { kw }: HistorySeries): Heat {
  const columns = new Map<string, number>();
  const days: string[] = [];
  const cells: HeatCell[] = [];
  starts.forEach((start, place) => {
    const date = wall(start, timeZone)?.slice(0, 10) ?? "";
    let column = columns.get(date);
    if (column === undefined) {
      column = days.length;
      columns.set(date, column);
      days.push(tick(start, timeZone, "day"));
    }
    const value = kw[place];
    if (value == null) return;
    const row = hourOf(start, timeZone);
    cells.push({ column, row, value, name: moment(start, timeZone) });
  });
  const hours = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, "0")}:00`);
  return { days, hours, cells };
}
