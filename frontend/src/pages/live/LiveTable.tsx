import { useMemo } from "react";
import { Link } from "react-router";
import { fixed, kwh, MISSING, mostDecimals } from "@/format/number";
import { useLiveRow } from "@/live/LiveProvider";
import type { LiveRow } from "@/live/store";
import { Ago } from "@/ui/Ago";
import { Aligned } from "@/ui/Aligned";
import { type Column, DataTable } from "@/ui/DataTable";
import { Status } from "@/ui/Status";
import { hasFigure } from "./figure";

type Part = { id: string; show: (row: LiveRow) => React.ReactNode };

function Now({ id, show }: Part) {
  const row = useLiveRow(id);
  return row ? show(row) : MISSING;
}

function now(show: Part["show"]) {
  return (row: LiveRow) => <Now id={row.endpointId} show={show} />;
}

const columnsOf = (most: number): readonly Column<LiveRow>[] => [
  {
    id: "name",
    header: "Meter",
    cell: (row) => <Link to={`/endpoints/${row.endpointId}`}>{row.name}</Link>,
    onPhone: true,
  },
  { id: "client", header: "Client", width: "13%", cell: (row) => row.clientName ?? MISSING },
  {
    id: "location",
    onWide: true,
    header: "Location",
    cell: (row) => row.location ?? MISSING,
    width: "15%",
  },
  {
    id: "status",
    header: "Status",
    cell: now((row) => <Status status={row.status} />),
    width: "126px",
    onPhone: true,
  },
  {
    id: "power",
    header: "kW",
    cell: now((row) => {
      const watts = hasFigure(row) ? row.latestReading?.power : null;
      return watts == null ? MISSING : fixed(watts / 1000, 2);
    }),
    width: "84px",
    isNumber: true,
    onPhone: true,
  },
  {
    id: "month",
    header: "kWh, month",
    cell: now((row) => kwh(row.latestReading?.currentKwh)),
    width: "110px",
    isNumber: true,
  },
  {
    id: "register",
    onWide: true,
    header: "Register, kWh",
    cell: now((row) => <Aligned value={row.latestReading?.totalKwh} most={most} />),
    width: "140px",
    isNumber: true,
  },
  {
    id: "read",
    header: "Last read",
    cell: now((row) => <Ago at={row.latestReading?.timestamp} />),
    width: "104px",
    isNumber: true,
  },
];

type Props = { rows: readonly LiveRow[]; loading?: boolean };

/** The endpoints as a table. */
export function LiveTable({ rows, loading = false }: Props) {
  const columns = useMemo(
    () => columnsOf(mostDecimals(rows.map((row) => row.latestReading?.totalKwh))),
    [rows],
  );
  return (
    <DataTable
      label="Meters"
      columns={columns}
      rows={rows}
      keyOf={(row) => row.endpointId}
      loading={loading}
      leadsTo={(row) => `/endpoints/${row.endpointId}`}
    />
  );
}
