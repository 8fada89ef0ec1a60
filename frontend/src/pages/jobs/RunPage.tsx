import { Anchor, Button, Skeleton } from "@mantine/core";
import { IconPlayerStop, IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { api, ask } from "@/api/client";
import { count } from "@/format/number";
import { duration, exactMoment } from "@/format/time";
import { useMay } from "@/session/session";
import { Failure } from "@/ui/Failure";
import { Kpi, KpiStrip } from "@/ui/KpiStrip";
import { PageHeader } from "@/ui/PageHeader";
import { useZones } from "@/ui/useZone";
import styles from "./Jobs.module.css";
import { type Run, useCancel, useRetry } from "./jobs";
import { RunEndpoints } from "./RunEndpoints";
import { Bar } from "./RunList";
import { RunLog } from "./RunLog";
import { RunStateBadge } from "./RunStateBadge";

const EVERY = 1_000;

/** One run: how far it is, how each endpoint went, and what it logged. */
export function RunPage() {
  const id = Number(useParams().id);
  const zone = useZones()();
  const { data, error, refetch } = useQuery({
    queryKey: ["runs", id],
    queryFn: () => ask(api.GET("/api/v1/runs/{run}", { params: { path: { run: id } } })),
    refetchInterval: ({ state }) => (state.data?.state === "running" ? EVERY : false),
  });
  return (
    <>
      <PageHeader
        title={data ? `${data.jobName}, run ${data.id}` : `Run ${id}`}
        before={
          <Anchor component={Link} to="/jobs?tab=runs" size="sm">
            Runs
          </Anchor>
        }
        beside={data && <RunStateBadge state={data.state} failed={data.summary.failed} />}
        actions={data && <Actions run={data} />}
      />
      {error && <Failure what="The run could not be read." error={error} retry={refetch} />}
      {(data || !error) && <Kpis run={data} zone={zone} />}
      {!error && !data && <Skeleton height={320} radius={10} />}
      {data && (
        <>
          <div className={styles.bar}>
            <Bar run={data} />
          </div>
          {data.message && <p>{data.message}</p>}
          <RunEndpoints run={data} zone={zone} />
          <RunLog run={data} zone={zone} />
        </>
      )}
    </>
  );
}

function Kpis({ run, zone }: { run: Run | undefined; zone: string | undefined }) {
  const loading = run === undefined;
  const failed = run?.progress.failed;
  return (
    <KpiStrip>
      <Kpi label="Read" value={count(run?.progress.successful)} loading={loading} />
      <Kpi label="Failed" value={count(failed)} alarming={(failed ?? 0) > 0} loading={loading} />
      <Kpi label="Still to read" value={count(run?.progress.pending)} loading={loading} />
      <Kpi label="Took" value={duration(run?.milliseconds)} loading={loading}>
        {run && `since ${exactMoment(run.startedAt, zone)}`}
      </Kpi>
    </KpiStrip>
  );
}

function Actions({ run }: { run: Run }) {
  const may = useMay();
  const cancel = useCancel();
  const retry = useRetry();
  if (!may("run")) return null;
  if (run.state === "running") {
    return (
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPlayerStop aria-hidden size={15} />}
        loading={cancel.isPending || run.cancelledAt !== null}
        onClick={() => cancel.mutate(run)}
      >
        Cancel
      </Button>
    );
  }
  if (run.progress.failed === 0) return null;
  return (
    <Button
      size="xs"
      leftSection={<IconRefresh aria-hidden size={15} />}
      loading={retry.isPending}
      onClick={() => retry.mutate(run)}
    >
      Retry failed
    </Button>
  );
}
