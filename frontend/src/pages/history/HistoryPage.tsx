import { useMemo } from "react";
import { RangePicker } from "@/history/RangePicker";
import { asked, monthsUpTo } from "@/history/range";
import { useHistory } from "@/history/useHistory";
import { PageHeader } from "@/ui/PageHeader";
import { stepOf, useChoice, whoseOf } from "./choice";
import styles from "./HistoryPage.module.css";
import { MonthComparison } from "./MonthComparison";
import { OverTime } from "./OverTime";
import { Tools } from "./Tools";
import { Totals } from "./Totals";

/** Power and energy over time, and month by month, of any endpoints or clients. */
export function HistoryPage() {
  const { choice, change } = useChoice();
  const { range } = choice;
  const step = stepOf(choice);
  const whose = useMemo(() => whoseOf(choice), [choice]);
  const history = useHistory({ whose, step, rangeKey: range, range: () => asked(range, step) });
  const months = useHistory({
    whose,
    step: "month",
    rangeKey: ["months", "quick" in range ? "now" : range],
    range: () => monthsUpTo(range),
  });
  return (
    <>
      <PageHeader
        title="History"
        actions={<RangePicker value={range} onChange={(next) => change({ range: next })} />}
      />
      <Tools choice={choice} change={change} />
      <div className={styles.parts}>
        <OverTime choice={choice} history={history} />
        {choice.chosen.length > 0 && <Totals kind={choice.kind} history={history.data} />}
        <MonthComparison choice={choice} months={months} />
      </div>
    </>
  );
}
