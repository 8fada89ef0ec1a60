import { useMemo } from "react";
import { BarChart } from "@/charts/BarChart";
import { ChartCard } from "@/charts/ChartCard";
import type { Figures } from "@/charts/FigureTable";
import { usePalette } from "@/charts/palette";
import { kwh } from "@/format/number";
import { monthsOf, told } from "@/history/shapes";
import type { History } from "@/history/useHistory";
import { Empty } from "@/ui/Empty";
import type { useMonths } from "./useEndpoint";

const HEIGHT = 240;
const TITLE = "Energy by month, kWh";

/** The energy of the last twelve months; the month that runs is paler. */
export function MonthBars({ months }: { months: ReturnType<typeof useMonths> }) {
  const { data, error, isPending, refetch } = months;
  return (
    <ChartCard
      title={TITLE}
      height={HEIGHT}
      loading={isPending}
      error={error}
      retry={refetch}
      table={data ? () => tableOf(data) : null}
    >
      {data && <Bars data={data} />}
    </ChartCard>
  );
}

function Bars({ data }: { data: History }) {
  const { accent } = usePalette();
  const { names, unfinished } = useMemo(() => monthsOf(data), [data]);
  const series = useMemo(
    () => data.series.map(({ name, kwh: values }) => ({ name, values, colour: accent })),
    [data, accent],
  );
  if (!series[0]?.values.some((value) => value !== null)) {
    return <Empty>No month has a reading yet.</Empty>;
  }
  return (
    <BarChart
      label={`${TITLE}, of the last twelve months. The table has the figures.`}
      names={names}
      series={series}
      unfinished={unfinished}
      format={told.kwh}
      height={HEIGHT}
    />
  );
}

function tableOf(data: History): Figures {
  const { long, unfinished } = monthsOf(data);
  const values = data.series[0]?.kwh ?? [];
  return {
    heads: ["Month", "kWh"],
    count: long.length,
    row: (place) => [`${long[place]}${place === unfinished ? ", so far" : ""}`, kwh(values[place])],
  };
}
