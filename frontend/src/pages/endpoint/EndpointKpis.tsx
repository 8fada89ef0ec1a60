import { energy, exact, percent, power, withUnit } from "@/format/number";
import { monthName } from "@/format/time";
import { useLiveRow } from "@/live/LiveProvider";
import type { LiveRow } from "@/live/store";
import { hasFigure } from "@/pages/live/figure";
import { Ago } from "@/ui/Ago";
import { Kpi, KpiStrip } from "@/ui/KpiStrip";
import { STATUS } from "@/ui/Status";
import { useRunningMonth } from "./useEndpoint";

type Props = { id: string; zone: string | undefined; loading: boolean };

/** What flows now, what the month came to so far and may come to, and what the register shows. */
export function EndpointKpis({ id, zone, loading }: Props) {
  const row = useLiveRow(id);
  const month = useRunningMonth(id, zone);
  const reading = row?.latestReading;
  const now = power(row && hasFigure(row) ? reading?.power : null);
  const used = energy(month.data?.consumptionKwh);
  const forecast = energy(month.data?.forecastKwh);
  const isMonthLoading = loading || (month.isPending && !month.error);
  return (
    <KpiStrip>
      <Kpi label="Power now" value={now.text} unit={now.unit} loading={loading}>
        {row && load(row)}
      </Kpi>
      <Kpi label="This month" value={used.text} unit={used.unit} loading={isMonthLoading}>
        {month.data && since(month.data)}
      </Kpi>
      <Kpi label="Register" value={exact(reading?.totalKwh)} unit="kWh" loading={loading}>
        {reading ? (
          <>
            read <Ago at={reading.timestamp} {...(zone ? { zone } : {})} />
          </>
        ) : (
          "not read yet"
        )}
      </Kpi>
      <Kpi
        label="Month forecast"
        value={forecast.text}
        unit={forecast.unit}
        loading={isMonthLoading}
      >
        {month.data?.forecastKwh == null ? "too little is known yet" : "from the last 7 days"}
      </Kpi>
    </KpiStrip>
  );
}

function load(row: LiveRow): string {
  if (!hasFigure(row)) return STATUS[row.status].means;
  if (row.loadPercent == null) return "";
  return `${percent(row.loadPercent)} of ${withUnit(power(row.limitPower))}`;
}

type Month = NonNullable<ReturnType<typeof useRunningMonth>["data"]>;

function since({ year, month, openingKwh, flags }: Month): string {
  if (openingKwh == null) return "";
  if (flags.includes("partial")) return "since its first read this month";
  const first = monthName(`${year}-${String(month).padStart(2, "0")}`, "short");
  const opening = `since the 1 ${first} opening read`;
  return flags.includes("estimated") ? `${opening}, partly estimated` : opening;
}
