import { useState } from "react";
import { Failure } from "@/ui/Failure";
import { Findings } from "./Findings";
import { LineDrawer } from "./LineDrawer";
import { MonthBar } from "./MonthBar";
import { MonthKpis } from "./MonthKpis";
import { MonthTable } from "./MonthTable";
import { useMonth } from "./month";
import { type Line, useReport } from "./report";

/** One month: what it comes to, what is in doubt, and every line of it. */
export function MonthView() {
  const [month, setMonth] = useMonth();
  const { data, error, refetch, isPending } = useReport(month);
  const [line, setLine] = useState<Line | null>(null);
  return (
    <>
      <MonthBar month={month} change={setMonth} report={data} />
      {error && <Failure what="The month could not be read." error={error} retry={refetch} />}
      {(data || isPending) && (
        <>
          <MonthKpis report={data} loading={isPending} />
          <Findings month={month} />
          <MonthTable report={data} month={month} open={setLine} />
        </>
      )}
      <LineDrawer month={month} line={line} zone={data?.timeZone} close={() => setLine(null)} />
    </>
  );
}
