import { Button, Select } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { api, askWhole, type Schemas } from "@/api/client";
import { usePages } from "@/api/pages";
import { EvidenceDrawer } from "@/evidence/EvidenceDrawer";
import { OUTCOME, OutcomeBadge } from "@/evidence/Outcome";
import { MISSING } from "@/format/number";
import { duration } from "@/format/time";
import { Card } from "@/ui/Card";
import { ACTIONS, type Column, DataTable } from "@/ui/DataTable";
import { Failure } from "@/ui/Failure";
import styles from "./Jobs.module.css";
import type { Run } from "./jobs";

type Outcome = Schemas["Outcome"];
type RunEndpoint = Schemas["RunEndpoint"];

const CHOICES = Object.entries(OUTCOME).map(([value, label]) => ({ value, label }));
const EVERY = 2_000;

/** How each endpoint of a run went. */
export function RunEndpoints({ run, zone }: { run: Run; zone: string | undefined }) {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [attempt, setAttempt] = useState<number | null>(null);
  const list = usePages(
    ["runs", run.id, "endpoints", outcome],
    (cursor) =>
      askWhole(
        api.GET("/api/v1/runs/{run}/endpoints", {
          params: {
            path: { run: run.id },
            query: { limit: 200, ...(outcome && { outcome }), ...(cursor && { cursor }) },
          },
        }),
      ),
    run.state === "running" ? { refetchInterval: EVERY } : {},
  );
  return (
    <Card
      title="Endpoints"
      flush
      actions={
        <Select
          size="xs"
          placeholder="Any outcome"
          aria-label="Outcome"
          data={CHOICES}
          value={outcome}
          onChange={(value) => setOutcome(value as Outcome | null)}
          clearable
          searchable
        />
      }
    >
      {list.error && (
        <div className={styles.pad}>
          <Failure what="Its endpoints could not be read." error={list.error} retry={list.retry} />
        </div>
      )}
      {(list.isShown || list.isEmpty) && (
        <DataTable
          label="Endpoints of the run"
          columns={columns(setAttempt)}
          rows={list.rows}
          keyOf={(row) => row.endpointId}
          loading={list.isPending}
          more={list.hasMore && !list.isReadingMore ? list.more : undefined}
        />
      )}
      <EvidenceDrawer attemptId={attempt} close={() => setAttempt(null)} zone={zone} />
    </Card>
  );
}

function columns(open: (attempt: number) => void): Column<RunEndpoint>[] {
  return [
    {
      id: "name",
      header: "Endpoint",
      onPhone: true,
      cell: (row) => <Link to={`/endpoints/${row.endpointId}`}>{row.endpointName}</Link>,
    },
    {
      id: "outcome",
      header: "Outcome",
      width: "160px",
      onPhone: true,
      cell: (row) =>
        row.outcome ? <OutcomeBadge outcome={row.outcome} /> : <span className="dim">to read</span>,
    },
    { id: "message", header: "Message", width: "36%", cell: (row) => row.message ?? MISSING },
    {
      id: "tries",
      onWide: true,
      header: "Tries",
      width: "70px",
      isNumber: true,
      cell: (row) => row.attempts,
    },
    {
      id: "took",
      onWide: true,
      header: "Took",
      width: "90px",
      isNumber: true,
      cell: (row) => duration(row.milliseconds),
    },
    {
      id: "evidence",
      header: ACTIONS,
      width: "100px",
      isNumber: true,
      cell: (row) =>
        row.attemptId !== null && (
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => open(row.attemptId as number)}
            aria-label={`Evidence of ${row.endpointName}`}
          >
            Evidence
          </Button>
        ),
    },
  ];
}
