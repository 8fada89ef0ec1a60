import { Tabs } from "@mantine/core";
import { useSearchParams } from "react-router";
import { PageHeader } from "@/ui/PageHeader";
import { Audit } from "./Audit";
import { Tokens } from "./Tokens";
import { Users } from "./Users";

const TABS = ["users", "tokens", "audit"];

/** Who may do what: people, programs, and what they did. */
export function AccessPage() {
  const [params, setParams] = useSearchParams();
  const named = params.get("tab") ?? "";
  const tab = TABS.includes(named) ? named : "users";
  return (
    <>
      <PageHeader title="Access" />
      <Tabs
        value={tab}
        onChange={(wanted) => setParams(wanted && wanted !== "users" ? { tab: wanted } : {})}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="users">Users</Tabs.Tab>
          <Tabs.Tab value="tokens">API tokens</Tabs.Tab>
          <Tabs.Tab value="audit">Audit log</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="users">
          <Users />
        </Tabs.Panel>
        <Tabs.Panel value="tokens">
          <Tokens />
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <Audit />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
