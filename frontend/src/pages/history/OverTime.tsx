import { useMemo } from "react";
import { ChartCard } from "@/charts/ChartCard";
import { colourAt, usePalette } from "@/charts/palette";
import { TimeChart } from "@/charts/TimeChart";
import { energy, withUnit } from "@/format/number";
import { zoneName } from "@/format/time";
import { titleOf } from "@/history/range";
import { lines, MEASURES, tableOf, told } from "@/history/shapes";
import type { History, useHistory } from "@/history/useHistory";
import { useLiveList } from "@/live/LiveProvider";
import { Empty } from "@/ui/Empty";
import type { Choice } from "./choice";
import styles from "./HistoryPage.module.css";
import { drawnOf, wholeOf } from "./parts";

const HEIGHT = 320;

type Props = { choice: Choice; history: ReturnType<typeof useHistory> };

/** The chosen series over time. */
export function OverTime({ choice, history }: Props) {
  const { data, error, isPending, refetch } = history;
  const { word, unit } = MEASURES[choice.measure];
  const title = `${word}, ${titleOf(choice.range)}, ${unit}`;
  return (
    <ChartCard
      title={title}
      height={HEIGHT}
      loading={isPending}
      error={error}
      retry={refetch}
      table={data ? () => tableOf(data, drawnOf(data), choice.measure) : null}
    >
      {data && <Drawn data={data} title={title} choice={choice} />}
    </ChartCard>
  );
}

type DrawnProps = { data: History; title: string; choice: Choice };

function Drawn({ data, title, choice: { kind, chosen, measure, form } }: DrawnProps) {
  const palette = usePalette();
  const list = useLiveList();
  const names = useMemo(() => new Map(list.map((row) => [row.endpointId, row.name])), [list]);
  // What happened to the only endpoint that is shown needs no name.
  const isOne = kind === "endpoint" && chosen.length === 1;
  const figures = useMemo(() => {
    const series = drawnOf(data);
    const places = new Map(series.map(({ id }, place) => [id, place]));
    const colour = ({ id }: { id: string }) => colourAt(palette, places.get(id) ?? 0);
    const told = data.marks.map((mark) => {
      const name = isOne ? undefined : names.get(mark.endpointId);
      return name ? { ...mark, text: `${name}: ${mark.text}` } : mark;
    });
    const marks = series.length === 1 ? told : [];
    return lines({ ...data, marks }, series, measure, colour);
  }, [data, palette, measure, isOne, names]);
  if (!figures.series.some(({ values }) => values.some((value) => value !== null))) {
    return <Empty>Nothing was read in this time. Choose another.</Empty>;
  }
  const whole = wholeOf(data);
  const used = whole ? `${withUnit(energy(whole.totalKwh))} in this time` : "";
  const drawn = figures.series.map(({ name }) => name).join(", ");
  return (
    <>
      <TimeChart
        label={`${title}, of ${drawn}. ${used}. The table has the figures.`}
        figures={figures}
        zone={data.timeZone}
        format={told[measure]}
        stacked={form === "stacked"}
        stepped={measure === "kwh"}
        height={HEIGHT}
      />
      <div className={styles.note}>
        <span>{used}</span>
        <span>Times in {zoneName(data.timeZone, data.starts[0], data.starts.at(-1))}</span>
      </div>
    </>
  );
}
