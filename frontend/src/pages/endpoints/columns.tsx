import { Checkbox } from "@mantine/core";
import { Link } from "react-router";
import type { Schemas } from "@/api/client";
import { MISSING } from "@/format/number";
import { Ago } from "@/ui/Ago";
import type { Column } from "@/ui/DataTable";
import { Status } from "@/ui/Status";
import type { Selection } from "./selection";

type Endpoint = Schemas["EndpointOutput"];

/** Returns the columns of the list; with boxes where endpoints can be chosen. */
export function endpointColumns(selection: Selection | null): Column<Endpoint>[] {
  return [...(selection ? [boxes(selection)] : []), ...COLUMNS];
}

function boxes(selection: Selection): Column<Endpoint> {
  return {
    id: "chosen",
    width: "40px",
    onPhone: true,
    header: (
      <Checkbox
        size="xs"
        aria-label="Choose all that are listed"
        checked={selection.isAll}
        indeterminate={!selection.isAll && selection.ids.size > 0}
        onChange={selection.toggleAll}
      />
    ),
    cell: (row) => (
      <Checkbox
        size="xs"
        aria-label={`Choose ${row.name}`}
        checked={selection.ids.has(row.id)}
        onChange={() => selection.toggle(row.id)}
      />
    ),
  };
}

const COLUMNS: Column<Endpoint>[] = [
  {
    id: "name",
    header: "Name",
    onPhone: true,
    cell: (row) => <Link to={`/endpoints/${row.id}`}>{row.name}</Link>,
  },
  { id: "client", header: "Client", width: "14%", cell: (row) => row.clientName ?? MISSING },
  { id: "location", header: "Location", width: "16%", cell: (row) => row.location ?? MISSING },
  {
    id: "address",
    onWide: true,
    header: "Address",
    width: "13%",
    cell: (row) => row.ipAddress ?? MISSING,
  },
  {
    id: "status",
    header: "Status",
    width: "126px",
    onPhone: true,
    cell: (row) => <Status status={row.status} />,
  },
  {
    id: "poll",
    onWide: true,
    header: "Every",
    width: "84px",
    isNumber: true,
    cell: (row) => `${row.pollInterval} min`,
  },
  {
    id: "read",
    header: "Last read",
    width: "104px",
    isNumber: true,
    cell: (row) => <Ago at={row.lastReadAt} />,
  },
];
