import { Button, Tabs } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { useMay } from "@/session/session";
import { PageHeader } from "@/ui/PageHeader";
import { JobDialog } from "./JobDialog";
import { JobList } from "./JobList";
import { Modules } from "./Modules";
import { RunList } from "./RunList";

const TABS = ["jobs", "runs", "modules"];

/** What runs when, how it went, and what could run. */
export function JobsPage() {
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const [isMaking, setMaking] = useState(false);
  const named = params.get("tab") ?? "";
  const tab = TABS.includes(named) ? named : "jobs";
  return (
    <>
      <PageHeader
        title="Jobs"
        actions={
          may("set-up") && (
            <Button
              size="xs"
              leftSection={<IconPlus aria-hidden size={15} />}
              onClick={() => setMaking(true)}
            >
              Add job
            </Button>
          )
        }
      />
      <Tabs
        value={tab}
        onChange={(wanted) => setParams(wanted && wanted !== "jobs" ? { tab: wanted } : {})}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="jobs">Jobs</Tabs.Tab>
          <Tabs.Tab value="runs">Runs</Tabs.Tab>
          <Tabs.Tab value="modules">Modules</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="jobs">
          <JobList add={() => setMaking(true)} />
        </Tabs.Panel>
        <Tabs.Panel value="runs">
          <RunList />
        </Tabs.Panel>
        <Tabs.Panel value="modules">
          <Modules />
        </Tabs.Panel>
      </Tabs>
      {isMaking && <JobDialog onClose={() => setMaking(false)} />}
    </>
  );
}
