import { Tabs } from "@mantine/core";
import { useSearchParams } from "react-router";
import { PageHeader } from "@/ui/PageHeader";
import { Channels } from "./Channels";
import { OpenAlerts } from "./OpenAlerts";

const TABS = ["open", "channels"];

/** What is wrong now, and who is told of it. */
export function AlertsPage() {
  const [params, setParams] = useSearchParams();
  const named = params.get("tab") ?? "";
  const tab = TABS.includes(named) ? named : "open";
  return (
    <>
      <PageHeader title="Alerts" />
      <Tabs
        value={tab}
        onChange={(wanted) => setParams(wanted && wanted !== "open" ? { tab: wanted } : {})}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="open">Open now</Tabs.Tab>
          <Tabs.Tab value="channels">Channels</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="open">
          <OpenAlerts />
        </Tabs.Panel>
        <Tabs.Panel value="channels">
          <Channels />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
