import { ActionIcon } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useState } from "react";
import { exact, MISSING, withUnit } from "@/format/number";
import { useMay } from "@/session/session";
import { Card } from "@/ui/Card";
import { ACTIONS, type Column, DataTable } from "@/ui/DataTable";
import { Failure } from "@/ui/Failure";
import { MeterDialog } from "./MeterDialog";
import { type Meter, useMeters } from "./useEndpoint";

const COLUMNS: readonly Column<Meter>[] = [
  { id: "key", header: "Meter", cell: (meter) => meter.key, onPhone: true },
  {
    id: "multiplier",
    header: "Multiplier",
    cell: (meter) => `× ${exact(meter.register.multiplier)}`,
    width: "96px",
    isNumber: true,
    onPhone: true,
  },
  {
    id: "breaker",
    header: "Breaker",
    cell: (meter) => quantity(meter.register.pMaxKw, "kW"),
    width: "96px",
    isNumber: true,
    onPhone: true,
  },
  {
    id: "resolution",
    onWide: true,
    header: "Resolution",
    cell: (meter) => quantity(meter.register.resolutionKwh, "kWh"),
    width: "110px",
    isNumber: true,
  },
  {
    id: "modulus",
    onWide: true,
    header: "Runs over at",
    cell: (meter) => quantity(meter.register.modulusKwh, "kWh"),
    width: "130px",
    isNumber: true,
  },
  { id: "feed", header: "Feed", cell: (meter) => meter.feed ?? MISSING, width: "70px" },
  {
    id: "rack",
    onWide: true,
    header: "Rack",
    cell: (meter) => meter.rack ?? MISSING,
    width: "90px",
  },
  { id: "clients", header: "Serves", cell: (meter) => served(meter), width: "28%" },
];

function quantity(value: number | null, unit: string): string {
  return value === null ? MISSING : withUnit({ text: exact(value), unit });
}

function served({ clients }: Meter): string {
  const names = clients.map(({ name, sharePercent }) =>
    sharePercent === 100 ? name : `${name} (${exact(sharePercent)}%)`,
  );
  return names.join(", ") || "nobody";
}

/** A row's button that opens how its meter is set up. */
function setUp(open: (meter: Meter) => void): Column<Meter> {
  return {
    id: "do",
    header: ACTIONS,
    width: "52px",
    isNumber: true,
    onPhone: true,
    cell: (meter) => (
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Set up meter ${meter.key}`}
        onClick={() => open(meter)}
      >
        <IconPencil aria-hidden size={16} />
      </ActionIcon>
    ),
  };
}

/** The registers that the endpoint shows, and whom they serve. */
export function Meters({ id }: { id: string }) {
  const may = useMay();
  const [edited, setEdited] = useState<Meter | null>(null);
  const { data, error, isPending, refetch } = useMeters(id);
  return (
    <Card title="Meters" flush>
      {error && <Failure what="The meters could not be read." error={error} retry={refetch} />}
      {(data || isPending) && (
        <DataTable
          label="Meters"
          columns={may("correct") ? [...COLUMNS, setUp(setEdited)] : COLUMNS}
          rows={data ?? []}
          keyOf={(meter) => String(meter.id)}
          loading={isPending}
        />
      )}
      {edited && <MeterDialog meterId={edited.id} close={() => setEdited(null)} />}
    </Card>
  );
}
