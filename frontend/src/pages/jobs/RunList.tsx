import { Button, Group, Progress, Select, Switch } from "@mantine/core";
import { Link } from "react-router";
import { api, askWhole, type Schemas } from "@/api/client";
import { usePages } from "@/api/pages";
import { count } from "@/format/number";
import { duration, zoned } from "@/format/time";
import { type Column, DataTable } from "@/ui/DataTable";
import { Empty, Filtered } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { useAddress, withParts } from "@/ui/useAddress";
import { useZones } from "@/ui/useZone";
import styles from "./Jobs.module.css";
import type { Run } from "./jobs";
import { RunStateBadge } from "./RunStateBadge";

type State = Schemas["RunState"];

const STATES = [
  { value: "running", label: "Running" },
  { value: "finished", label: "Finished" },
  { value: "failed", label: "Failed" },
  { value: "cancelled", label: "Cancelled" },
  { value: "skipped", label: "Skipped" },
];
const CAUSES: Record<Schemas["Cause"], string> = {
  poll: "poll",
  schedule: "schedule",
  manual: "by hand",
  retry: "retry",
};
const EVERY = 3_000;

/** How jobs went, newest first. */
export function RunList() {
  const zone = useZones()();
  const [params, setAddress] = useAddress();
  const state = params.get("state") as State | null;
  const polls = params.get("polls") === "true";
  const change = (name: string, value: string | null) =>
    setAddress((before) => withParts(before, { [name]: value }));
  const list = usePages(
    ["runs", "list", state, polls],
    (cursor) =>
      askWhole(
        api.GET("/api/v1/runs", {
          params: {
            query: { limit: 100, polls, ...(state && { state }), ...(cursor && { cursor }) },
          },
        }),
      ),
    { refetchInterval: EVERY },
  );
  return (
    <>
      <Group mb="md" gap="md">
        <Select
          size="xs"
          className={styles.choice ?? ""}
          placeholder="Any state"
          aria-label="State"
          data={STATES}
          value={state}
          onChange={(value) => change("state", value)}
          clearable
        />
        <Switch
          label="Also regular polls"
          checked={polls}
          onChange={(event) => change("polls", event.currentTarget.checked ? "true" : null)}
        />
      </Group>
      {list.error && (
        <Failure what="The runs could not be read." error={list.error} retry={list.retry} />
      )}
      {list.isEmpty && <Nothing clear={state ? () => change("state", null) : undefined} />}
      {list.isShown && (
        <DataTable
          label="Runs"
          columns={columns(zone)}
          rows={list.rows}
          keyOf={(row) => String(row.id)}
          leadsTo={(row) => `/jobs/runs/${row.id}`}
          loading={list.isPending}
          more={list.hasMore && !list.isReadingMore ? list.more : undefined}
        />
      )}
    </>
  );
}

function Nothing({ clear }: { clear: (() => void) | undefined }) {
  if (clear) return <Filtered clear={clear}>No run is in this state.</Filtered>;
  return (
    <Empty
      action={
        <Button component={Link} to="/jobs" variant="default">
          To the jobs
        </Button>
      }
    >
      Nothing has run yet.
    </Empty>
  );
}

function columns(zone: string | undefined): Column<Run>[] {
  return [
    {
      id: "id",
      header: "Run",
      width: "80px",
      onPhone: true,
      cell: (row) => <Link to={`/jobs/runs/${row.id}`}>{row.id}</Link>,
    },
    { id: "job", header: "Job", onPhone: true, cell: (row) => row.jobName },
    {
      id: "state",
      header: "State",
      width: "124px",
      onPhone: true,
      cell: (row) => <RunStateBadge state={row.state} failed={row.summary.failed} />,
    },
    { id: "progress", header: "Progress", width: "220px", cell: (row) => <Bar run={row} /> },
    {
      id: "cause",
      onWide: true,
      header: "Cause",
      width: "100px",
      cell: (row) => CAUSES[row.cause],
    },
    {
      id: "started",
      header: "Started",
      width: "206px",
      cell: (row) => zoned(row.startedAt, zone),
    },
    {
      id: "took",
      onWide: true,
      header: "Took",
      width: "110px",
      isNumber: true,
      cell: (row) => duration(row.milliseconds),
    },
  ];
}

/** How far a run is. */
export function Bar({ run: { progress, jobName } }: { run: Run }) {
  const { total, successful, failed } = progress;
  const share = (part: number) => (total ? (part / total) * 100 : 0);
  return (
    <Group gap={8} wrap="nowrap">
      <Progress.Root size={8} flex={1} radius={4}>
        <Progress.Section
          value={share(successful)}
          color="var(--wl-ok)"
          aria-label={`${jobName}: read`}
        />
        <Progress.Section
          value={share(failed)}
          color="var(--wl-failing)"
          aria-label={`${jobName}: failed`}
        />
      </Progress.Root>
      <span className="figure">
        {count(successful + failed)} of {count(total)}
      </span>
    </Group>
  );
}
