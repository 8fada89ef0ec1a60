import { Anchor, Button } from "@mantine/core";
import { Link } from "react-router";
import { api, askWhole, type Schemas } from "@/api/client";
import { usePages } from "@/api/pages";
import { fixed, kwh, MISSING } from "@/format/number";
import { moment, monthName } from "@/format/time";
import { type Column, DataTable } from "@/ui/DataTable";
import { Empty } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { useZones } from "@/ui/useZone";
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
  if (list.error) {
    return (
      <Failure what="The statements could not be read." error={list.error} retry={list.retry} />
    );
  }
  if (!list.isPending && list.rows.length === 0) {
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
      width: "min(124px, 31vw)",
      cell: (row) => monthName(row.month),
      onPhone: true,
    },
    { id: "client", header: "Client", cell: (row) => row.client, onPhone: true },
    {
      id: "number",
      onWide: true,
      header: "Number",
      width: "112px",
      cell: (row) => row.number ?? MISSING,
    },
    { id: "kwh", header: "kWh", width: "90px", isNumber: true, cell: (row) => kwh(row.kwh) },
    {
      id: "gross",
      header: "Amount",
      width: "112px",
      isNumber: true,
      cell: (row) => (row.gross === null ? MISSING : `${fixed(row.gross, 2)} ${row.currency}`),
    },
    {
      id: "closed",
      onWide: true,
      header: "Closed",
      width: "176px",
      cell: (row) => moment(row.closedAt, zone),
    },
    { id: "by", onWide: true, header: "By", width: "140px", cell: (row) => row.closedBy },
    {
      id: "files",
      header: "Files",
      width: "min(170px, 37vw)",
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
