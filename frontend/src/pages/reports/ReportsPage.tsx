import { Tabs } from "@mantine/core";
import { useSearchParams } from "react-router";
import { useSession } from "@/session/session";
import { PageHeader } from "@/ui/PageHeader";
import { MonthView } from "./MonthView";
import { Statements } from "./Statements";

/** Months as they are billed, and the statements that were closed. */
export function ReportsPage() {
  const { data } = useSession();
  const [params, setParams] = useSearchParams();
  const tab = params.get("tab") === "statements" ? "statements" : "month";
  const change = (wanted: string | null) =>
    setParams((before) => {
      const after = new URLSearchParams(before);
      if (wanted === "statements") after.set("tab", wanted);
      else after.delete("tab");
      return after;
    });
  return (
    <>
      <PageHeader title={data?.role === "client" ? "Statements" : "Reports"} />
      <Tabs value={tab} onChange={change} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="month">Month</Tabs.Tab>
          <Tabs.Tab value="statements">Closed statements</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="month">
          <MonthView />
        </Tabs.Panel>
        <Tabs.Panel value="statements">
          <Statements />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
