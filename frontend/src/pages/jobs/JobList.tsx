import { ActionIcon, Button, Switch } from "@mantine/core";
import { IconEdit, IconPlayerPlay, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";
import { api, askWhole } from "@/api/client";
import { usePages } from "@/api/pages";
import { count, MISSING } from "@/format/number";
import { zoned } from "@/format/time";
import { useMay } from "@/session/session";
import { confirmOnce } from "@/ui/confirm";
import { ACTIONS, type Column, DataTable } from "@/ui/DataTable";
import { Empty } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { MoreMenu } from "@/ui/MoreMenu";
import { useZones } from "@/ui/useZone";
import { EditJob } from "./JobDialog";
import styles from "./Jobs.module.css";
import { type Job, useEnable, useRemove, useRunNow } from "./jobs";
import { RunStateBadge } from "./RunStateBadge";

const EVERY = 10_000;

/** The jobs: when each runs next and how it last went. */
export function JobList({ add }: { add: () => void }) {
  const may = useMay();
  const zone = useZones()();
  const [edited, setEdited] = useState<Job | null>(null);
  const list = usePages(
    ["jobs", "list"],
    (cursor) =>
      askWhole(
        api.GET("/api/v1/jobs", { params: { query: { limit: 200, ...(cursor && { cursor }) } } }),
      ),
    { refetchInterval: EVERY },
  );
  return (
    <>
      {list.error && (
        <Failure what="The jobs could not be read." error={list.error} retry={list.retry} />
      )}
      {list.isEmpty && (
        <Empty action={may("set-up") && <Button onClick={add}>Add the first one</Button>}>
          There is no job yet.
        </Empty>
      )}
      {list.isShown && (
        <DataTable
          label="Jobs"
          columns={columns(may("set-up"), may("run"), setEdited, zone)}
          rows={list.rows}
          keyOf={(row) => row.id}
          rowHeight={56}
          loading={list.isPending}
          more={list.hasMore && !list.isReadingMore ? list.more : undefined}
        />
      )}
      {edited && <EditJob key={edited.id} id={edited.id} onClose={() => setEdited(null)} />}
    </>
  );
}

function columns(
  canChange: boolean,
  canRun: boolean,
  edit: (job: Job) => void,
  zone: string | undefined,
): Column<Job>[] {
  return [
    {
      id: "enabled",
      header: "On",
      width: "56px",
      cell: (row) => <Enabled job={row} canChange={canChange} />,
    },
    {
      id: "name",
      header: "Job",
      onPhone: true,
      cell: (row) => (
        <>
          <b>{row.name}</b>
          <span className={styles.second}>{row.description || row.module}</span>
        </>
      ),
    },
    {
      id: "schedule",
      header: "When",
      width: "26%",
      cell: (row) => (
        <>
          <span className={styles.when}>{row.scheduleText}</span>
          {row.schedule && (
            <span className={styles.second}>
              <code>{row.schedule}</code> {row.timeZone}
            </span>
          )}
        </>
      ),
    },
    {
      id: "next",
      onWide: true,
      header: "Next",
      width: "206px",
      cell: (row) => zoned(row.nextRunAt, row.timeZone ?? zone),
    },
    {
      id: "last",
      header: "Last run",
      width: "min(210px, 35vw)",
      onPhone: true,
      cell: (row) => <LastRun job={row} />,
    },
    {
      id: "do",
      header: ACTIONS,
      width: "78px",
      isNumber: true,
      onPhone: true,
      cell: (row) => <Actions job={row} canChange={canChange} canRun={canRun} edit={edit} />,
    },
  ];
}

function Enabled({ job, canChange }: { job: Job; canChange: boolean }) {
  const enable = useEnable();
  return (
    <Switch
      size="xs"
      aria-label={`${job.name} is on`}
      checked={job.enabled}
      disabled={!canChange || job.builtIn || enable.isPending}
      onChange={(event) => enable.mutate({ job, enabled: event.currentTarget.checked })}
    />
  );
}

function LastRun({ job: { lastRun } }: { job: Job }) {
  if (!lastRun) return MISSING;
  const { summary } = lastRun;
  return (
    <Link to={`/jobs/runs/${lastRun.id}`}>
      <RunStateBadge state={lastRun.state} failed={summary.failed} />
      <span className={styles.second}>
        {count(summary.successful)} of {count(summary.total)} read
      </span>
    </Link>
  );
}

type ActionProps = {
  job: Job;
  canChange: boolean;
  canRun: boolean;
  edit: (job: Job) => void;
};

function Actions({ job, canChange, canRun, edit }: ActionProps) {
  const run = useRunNow();
  const remove = useRemove();
  const confirm = () =>
    confirmOnce({
      title: `Delete the job ${job.name}?`,
      children: "It runs no more. What it read, and how its runs went, is kept.",
      labels: { confirm: "Delete", cancel: "Keep it" },
      onConfirm: () => remove.mutate(job),
    });
  return (
    <>
      {canRun && (
        <ActionIcon
          variant="subtle"
          aria-label={`Run ${job.name} now`}
          title="Run now"
          loading={run.isPending}
          onClick={() => run.mutate(job)}
        >
          <IconPlayerPlay aria-hidden size={17} />
        </ActionIcon>
      )}
      {canChange && !job.builtIn && (
        <MoreMenu
          label={`More for ${job.name}`}
          choices={[
            { word: "Change", icon: IconEdit, choose: () => edit(job) },
            { word: "Delete", icon: IconTrash, choose: confirm },
          ]}
        />
      )}
    </>
  );
}
