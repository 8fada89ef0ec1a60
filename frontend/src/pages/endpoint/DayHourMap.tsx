import { useMemo } from "react";
import { ChartCard } from "@/charts/ChartCard";
import { HeatMap } from "@/charts/HeatMap";
import { asked } from "@/history/range";
import { heatOf, tableOf, told } from "@/history/shapes";
import { type History, type HistorySeries, useHistory } from "@/history/useHistory";
import { Empty } from "@/ui/Empty";

const HEIGHT = 218;
const TITLE = "Average power by day and hour";
const RANGE = { quick: "30d" } as const;

/** The mean power of each hour of the last 30 days, as colours. */
export function DayHourMap({ id }: { id: string }) {
  const { data, error, isPending, refetch } = useHistory({
    whose: { by: "endpoint", endpointId: [id] },
    step: "hour",
    rangeKey: RANGE,
    range: () => asked(RANGE, "hour"),
  });
  const series = data?.series[0];
  return (
    <ChartCard
      title={TITLE}
      height={HEIGHT + 24}
      loading={isPending}
      error={error}
      retry={refetch}
      table={data && series ? () => tableOf(data, [series], "kw") : null}
    >
      {data && series ? <Drawn data={data} series={series} /> : null}
    </ChartCard>
  );
}

function Drawn({ data, series }: { data: History; series: HistorySeries }) {
  const { days, hours, cells } = useMemo(() => heatOf(data, series), [data, series]);
  if (cells.length === 0) return <Empty>Nothing was read in the last 30 days.</Empty>;
  return (
    <HeatMap
      label={`${TITLE}, of the last 30 days. The table has the figures.`}
      columns={days}
      rows={hours}
      cells={cells}
      format={told.kw}
      height={HEIGHT}
    />
  );
}
