import { change, count, counted, energy, MISSING } from "@/format/number";
import { monthName } from "@/format/time";
import { Kpi, KpiStrip } from "@/ui/KpiStrip";
import { IN_PART } from "./Compared";
import { monthLater } from "./month";
import type { Report } from "./report";
import { MONTH_STATE } from "./words";

/** What the month comes to, as the API adds it up. */
export function MonthKpis({ report, loading }: { report: Report | undefined; loading: boolean }) {
  const now = energy(report?.totalKwh);
  const before = energy(report?.previousKwh);
  const unknown = report?.lines.filter((line) => line.kwh === null).length ?? 0;
  return (
    <KpiStrip>
      <Kpi label="Energy" value={now.text} unit={now.unit} loading={loading}>
        {report && MONTH_STATE[report.state].word}
      </Kpi>
      <Kpi label="Month before" value={before.text} unit={before.unit} loading={loading}>
        {report && beforeOf(report)}
      </Kpi>
      <Kpi label="Change" value={report ? change(report.changePercent) : MISSING} loading={loading}>
        {report && comparedOf(report)}
      </Kpi>
      <Kpi
        label="Without a value"
        value={count(unknown)}
        unit={`of ${counted(report?.lines.length, "line")}`}
        alarming={unknown > 0}
        loading={loading}
      >
        {report && counted(report.clients.length, "client")}
      </Kpi>
    </KpiStrip>
  );
}

function beforeOf({ month, previousKwh, previousInPart }: Report): string {
  const name = monthName(monthLater(month, -1));
  return previousInPart && previousKwh !== null ? `${name}, ${IN_PART}` : name;
}

function comparedOf(report: Report): string | null {
  const { changePercent, previousKwh, previousInPart, lines } = report;
  if (changePercent !== null) return null;
  if (previousKwh === null) return "nothing is known of the month before";
  if (previousInPart) return `the month before is ${IN_PART}`;
  if (lines.some(({ flags }) => flags.includes("projected"))) {
    return "not all of this month is read yet";
  }
  return lines.length === 0 ? "no meter was read" : "not every meter has both months";
}
