import { Group } from "@mantine/core";
import { useMemo } from "react";
import { ChartCard } from "@/charts/ChartCard";
import { usePalette } from "@/charts/palette";
import { TimeChart } from "@/charts/TimeChart";
import { energy, withUnit } from "@/format/number";
import { zoneName } from "@/format/time";
import { RangePicker } from "@/history/RangePicker";
import { asked, bestStep, type Range, rangeOf, titleOf, writeRange } from "@/history/range";
import { lines, tableOf, told } from "@/history/shapes";
import { type History, useHistory } from "@/history/useHistory";
import { Empty } from "@/ui/Empty";
import { useAddress } from "@/ui/useAddress";
import styles from "./EndpointPage.module.css";

const HEIGHT = 260;

/** The endpoint's power over time; which time stands in the address. */
export function PowerChart({ id }: { id: string }) {
  const [params, changeAddress] = useAddress();
  const range = useMemo(() => rangeOf(params, "30d"), [params]);
  const step = bestStep(range);
  const { data, error, isPending, refetch } = useHistory({
    whose: { by: "endpoint", endpointId: [id] },
    step,
    rangeKey: range,
    range: () => asked(range, step),
  });
  const choose = (next: Range) =>
    changeAddress((address) => {
      writeRange(address, next);
      return address;
    });
  const series = data?.series[0];
  const title = `Power, ${titleOf(range)}, kW`;
  return (
    <ChartCard
      title={title}
      height={HEIGHT}
      loading={isPending}
      error={error}
      retry={refetch}
      table={data && series ? () => tableOf(data, [series], "kw") : null}
      actions={<RangePicker value={range} onChange={choose} />}
    >
      {data && <Curve data={data} title={title} />}
    </ChartCard>
  );
}

function Curve({ data, title }: { data: History; title: string }) {
  const palette = usePalette();
  const figures = useMemo(
    () => lines(data, data.series, "kw", () => palette.accent),
    [data, palette],
  );
  const series = data.series[0];
  if (!series?.kw.some((value) => value !== null)) {
    return <Empty>Nothing was read in this time. Choose another.</Empty>;
  }
  const used = withUnit(energy(series.totalKwh));
  return (
    <>
      <TimeChart
        label={`${title}; ${used} in all. The table has the figures.`}
        figures={figures}
        zone={data.timeZone}
        format={told.kw}
        height={HEIGHT}
      />
      <Group justify="space-between" gap="xs" mt={6} className={styles.note}>
        <span>{used} in this time</span>
        <span>Times in {zoneName(data.timeZone, data.starts[0], data.starts.at(-1))}</span>
      </Group>
    </>
  );
}
