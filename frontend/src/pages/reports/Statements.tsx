import { Anchor, Button } from "@mantine/core";
import { Link } from "react-router";
import { api, askWhole, type Schemas } from "@/api/client";
import { usePages } from "@/api/pages";
import { fixed, kwh, MISSING } from "@/format/number";
import { monthName, zoned } from "@/format/time";
import { type Column, DataTable } from "@/ui/DataTable";
import { Empty } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { useZones } from "@/ui/useZone";
import styles from "./Reports.module.css";
import { fileOf } from "./report";

type Statement = Schemas["ListedStatement"];

/** The statements that were closed, newest first, each with its files and what proves it. */
export function Statements() {
  const zone = useZones()();
  const list = usePages(["statements"], (cursor) =>
    askWhole(
      api.GET("/api/v1/statements", {
        params: { query: { limit: 200, ...(cursor ? { cursor } : {}) } },
      }),
    ),
  );
  if (list.error && !list.isShown) {
    return (
      <Failure what="The statements could not be read." error={list.error} retry={list.retry} />
    );
  }
  if (list.isEmpty) {
    return (
      <Empty
        action={
          <Button component={Link} to="/reports" variant="default">
            To the month
          </Button>
        }
      >
        No month is closed yet.
      </Empty>
    );
  }
  return (
    <DataTable
      label="Closed statements"
      columns={columns(zone)}
      rows={list.rows}
      keyOf={(row) => `${row.clientId}${row.month}`}
      rowHeight={48}
      loading={list.isPending}
      more={list.hasMore && !list.isReadingMore ? list.more : undefined}
    />
  );
}

function columns(zone: string | undefined): Column<Statement>[] {
  return [
    {
      id: "month",
      header: "Month",
      width: "min(134px, 24vw)",
      cell: (row) => <span className={styles.named}>{monthName(row.month)}</span>,
      onPhone: true,
    },
    { id: "client", header: "Client", cell: (row) => row.client, onPhone: true },
    {
      id: "number",
      onWide: true,
      header: "Number",
      width: "122px",
      cell: (row) => row.number ?? MISSING,
    },
    { id: "kwh", header: "kWh", width: "104px", isNumber: true, cell: (row) => kwh(row.kwh) },
    {
      id: "gross",
      header: "Amount",
      width: "144px",
      isNumber: true,
      cell: (row) => (row.gross === null ? MISSING : `${fixed(row.gross, 2)} ${row.currency}`),
    },
    {
      id: "closed",
      onWide: true,
      header: "Closed",
      width: "192px",
      cell: (row) => (
        <>
          {zoned(row.closedAt, zone)}
          <span className={styles.second}>by {row.closedBy}</span>
        </>
      ),
    },
    {
      id: "files",
      header: "Files",
      width: "min(156px, 37vw)",
      onPhone: true,
      cell: (row) => (
        <>
          <Anchor href={fileOf(row.month, "pdf", row.clientId)} download>
            PDF
          </Anchor>{" "}
          ·{" "}
          <Anchor href={fileOf(row.month, "xlsx", row.clientId)} download>
            Excel
          </Anchor>{" "}
          ·{" "}
          <Anchor
            href={`/api/v1/statements/${row.clientId}/${row.month}/bundle`}
            download
            title="Everything that proves the statement, to be checked without us"
          >
            Proof
          </Anchor>
        </>
      ),
    },
  ];
}
