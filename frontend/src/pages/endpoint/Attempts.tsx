import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { api, askWhole, type Schemas } from "@/api/client";
import { usePages } from "@/api/pages";
import { OutcomeBadge } from "@/evidence/Outcome";
import { overWhat } from "@/evidence/transport";
import { MISSING } from "@/format/number";
import { duration, moment, zoneName } from "@/format/time";
import { type Column, DataTable } from "@/ui/DataTable";
import { Empty } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import styles from "./Records.module.css";
import { useWith } from "./useWith";

export type Attempt = Schemas["AttemptOutput"];

const PAGE = 50;
const EVERY = 60_000;
/** The first read of a new endpoint comes within a minute: who waits for it sees it at once. */
const SOON = 3_000;
const CHOICES = [
  { value: "all", label: "All" },
  { value: "failed", label: "Failed" },
];

/** The tries at reading the device, newest first; each leads to its evidence. */
export function Attempts({ id, zone }: { id: string; zone: string | undefined }) {
  const [choice, setChoice] = useState("all");
  const withParam = useWith();
  const success = choice === "failed" ? { success: false } : {};
  const list = usePages<Attempt>(
    ["attempts", id, choice],
    (cursor, signal) =>
      askWhole(
        api.GET("/api/v1/endpoints/{endpoint}/attempts", {
          params: {
            path: { endpoint: id },
            query: { limit: PAGE, ...success, ...(cursor ? { cursor } : {}) },
          },
          signal,
        }),
      ),
    { refetchInterval: EVERY, whileEmpty: choice === "all" ? SOON : EVERY },
  );
  const address = (attempt: Attempt) => withParam("attempt", String(attempt.id));
  return (
    <>
      <div className={styles.tools}>
        <span className={styles.note}>
          Open one for its picture, page, headers and steps. Times in{" "}
          {zoneName(zone, list.rows.at(-1)?.startedAt, list.rows[0]?.startedAt)}.
        </span>
        <SegmentedControl
          size="xs"
          aria-label="Which attempts"
          data={CHOICES}
          value={choice}
          onChange={setChoice}
        />
      </div>
      {list.error && (
        <div className={styles.pad}>
          <Failure what="The attempts could not be read." error={list.error} retry={list.retry} />
        </div>
      )}
      {list.isEmpty && (
        <div className={styles.pad}>
          <Empty>{choice === "failed" ? "No attempt failed." : "No attempt is kept."}</Empty>
        </div>
      )}
      {list.isShown && (
        <DataTable
          label="Last attempts"
          columns={columnsOf(address, zone)}
          rows={list.rows}
          keyOf={(attempt) => String(attempt.id)}
          leadsTo={address}
          loading={list.isPending}
          more={list.hasMore && !list.isReadingMore ? list.more : undefined}
        />
      )}
    </>
  );
}

function columnsOf(
  address: (attempt: Attempt) => string,
  zone: string | undefined,
): readonly Column<Attempt>[] {
  return [
    {
      id: "at",
      header: "Started",
      cell: (attempt) => (
        <Link to={address(attempt)} preventScrollReset>
          {moment(attempt.startedAt, zone)}
        </Link>
      ),
      width: "172px",
      onPhone: true,
    },
    {
      id: "outcome",
      header: "Outcome",
      cell: ({ outcome }) => <OutcomeBadge outcome={outcome} />,
      width: "160px",
      onPhone: true,
    },
    {
      id: "took",
      onWide: true,
      header: "Took",
      cell: ({ milliseconds }) => duration(milliseconds),
      width: "80px",
      isNumber: true,
    },
    {
      id: "transport",
      onWide: true,
      header: "Read by",
      cell: ({ transport }) => overWhat(transport),
      width: "92px",
    },
    { id: "message", header: "Message", cell: ({ message }) => message ?? MISSING },
    { id: "kept", header: "Kept", cell: kept, width: "120px" },
  ];
}

function kept({ picture, capture }: Attempt): string {
  return [picture && "picture", capture && "page"].filter(Boolean).join(", ") || MISSING;
}
