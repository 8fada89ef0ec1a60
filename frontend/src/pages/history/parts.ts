import type { History, HistorySeries } from "@/history/useHistory";

const TOTAL = "total";

/** Returns what is drawn of a history: its series, not what they add up to; else the whole. */
export function drawnOf({ series }: History): HistorySeries[] {
  const parts = series.filter(({ id }) => id !== TOTAL);
  return parts.length > 0 ? parts : series.map((each) => ({ ...each, name: "All together" }));
}

/** Returns what all of a history adds up to: its total, or its only series. */
export function wholeOf({ series }: History): HistorySeries | undefined {
  return series.find(({ id }) => id === TOTAL) ?? (series.length === 1 ? series[0] : undefined);
}
