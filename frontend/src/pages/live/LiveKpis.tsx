import { change, count, energy, fixed, percent, power, type Quantity } from "@/format/number";
import { useLiveTotals } from "@/live/LiveProvider";
import type { LiveTotals } from "@/live/store";
import { Kpi, KpiStrip } from "@/ui/KpiStrip";
import { colourOf, type EndpointStatus, STATUS, STATUSES } from "@/ui/Status";
import styles from "./LiveKpis.module.css";

/** The four figures over the live page: all endpoints together, as the API adds them up. */
export function LiveKpis() {
  const totals = useLiveTotals();
  const loading = totals === null;
  const month = energy(totals?.currentKwh);
  const load = totals?.power == null ? null : totals.power / 1000;
  return (
    <KpiStrip>
      <Kpi label="Load now" value={fixed(load, 1)} unit="kW" loading={loading}>
        {totals?.loadPercent != null &&
          `${percent(totals.loadPercent)} of breakers' ${together(power(totals.limitPower))}`}
      </Kpi>
      <Kpi label="Energy this month" value={month.text} unit={month.unit} loading={loading}>
        {totals && compared(totals)}
      </Kpi>
      <Kpi
        label="Meters reporting"
        value={count(totals?.reporting)}
        unit={`of ${count(totals?.endpoints)}`}
        loading={loading}
      >
        {totals && <Shares totals={totals} />}
      </Kpi>
      <Kpi
        label="Need attention"
        value={count(totals?.needAttention)}
        alarming={(totals?.needAttention ?? 0) > 0}
        loading={loading}
      >
        {totals && attention(totals)}
      </Kpi>
    </KpiStrip>
  );
}

/** Returns a quantity that is not broken before its unit. */
function together({ text, unit }: Quantity): string {
  return `${text}\u00a0${unit}`;
}

function compared({ changePercent, currentKwh }: LiveTotals): string {
  if (changePercent != null) return `${change(changePercent)} on last month so far`;
  return currentKwh == null ? "nothing was read" : "last month so far is not known";
}

const NEEDING: readonly EndpointStatus[] = ["failing", "busy", "stale", "high"];

function attention({ statuses }: LiveTotals): string {
  const parts = NEEDING.filter((status) => statuses[status]).map(
    (status) => `${count(statuses[status])} ${STATUS[status].word.toLowerCase()}`,
  );
  return parts.join(" · ") || "All is well";
}

function Shares({ totals: { statuses } }: { totals: LiveTotals }) {
  return (
    <span className={styles.shares} aria-hidden>
      {STATUSES.map((status) => (
        <span
          key={status}
          style={{ flexGrow: statuses[status] ?? 0, backgroundColor: colourOf(status) }}
        />
      ))}
    </span>
  );
}
