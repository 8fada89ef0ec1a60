import { useMemo } from "react";
import { BarChart } from "@/charts/BarChart";
import { ChartCard } from "@/charts/ChartCard";
import { FigureTable } from "@/charts/FigureTable";
import { colourAt, usePalette } from "@/charts/palette";
import { monthsOf, monthTable, told } from "@/history/shapes";
import type { History, HistorySeries, useHistory } from "@/history/useHistory";
import { Empty } from "@/ui/Empty";
import type { Choice, Form } from "./choice";
import styles from "./HistoryPage.module.css";
import { drawnOf, wholeOf } from "./parts";

const HEIGHT = 260;
const TITLE = "Energy by month, kWh";

type Props = { choice: Choice; months: ReturnType<typeof useHistory> };

/** The chosen series month by month: as bars, and below as figures. */
export function MonthComparison({ choice, months }: Props) {
  const { data, error, isPending, refetch } = months;
  return (
    <ChartCard
      title={TITLE}
      height={HEIGHT}
      loading={isPending}
      error={error}
      retry={refetch}
      table={null}
    >
      {data && <Drawn data={data} form={choice.form} />}
    </ChartCard>
  );
}

function Drawn({ data, form }: { data: History; form: Form }) {
  const palette = usePalette();
  const { names, unfinished } = useMemo(() => monthsOf(data), [data]);
  const series = useMemo(
    () =>
      drawnOf(data).map(({ name, kwh }, place) => ({
        name,
        values: kwh,
        colour: colourAt(palette, place),
      })),
    [data, palette],
  );
  if (!series.some(({ values }) => values.some((value) => value !== null))) {
    return <Empty>No month has a reading in this time.</Empty>;
  }
  return (
    <>
      <BarChart
        label={`${TITLE}, of ${series.map(({ name }) => name).join(", ")}. The table below has the figures.`}
        names={names}
        series={series}
        unfinished={unfinished}
        stacked={form === "stacked"}
        format={told.kwh}
        height={HEIGHT}
      />
      <div className={styles.table}>
        <FigureTable {...monthTable(data, tableRows(data))} label={TITLE} />
      </div>
    </>
  );
}

function tableRows(data: History): HistorySeries[] {
  const parts = drawnOf(data);
  const whole = parts.length > 1 ? wholeOf(data) : undefined;
  return whole ? [...parts, { ...whole, name: "All together" }] : parts;
}
