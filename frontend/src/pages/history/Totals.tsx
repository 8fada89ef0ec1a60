import { Skeleton } from "@mantine/core";
import { Link } from "react-router";
import { seriesColour } from "@/charts/palette";
import { energies, type Maybe, MISSING } from "@/format/number";
import type { History, HistorySeries } from "@/history/useHistory";
import { Card } from "@/ui/Card";
import { type Column, DataTable, roomFor } from "@/ui/DataTable";
import type { Kind } from "./choice";
import styles from "./HistoryPage.module.css";
import { drawnOf, wholeOf } from "./parts";

type Props = { kind: Kind; history: History | undefined };
type Row = HistorySeries & { place: number };

/** What each series used in the time shown, as the API adds it up; and which colour is whose. */
export function Totals({ kind, history }: Props) {
  if (!history) return <Skeleton height={160} radius={10} />;
  const rows = drawnOf(history).map((series, place) => ({ ...series, place }));
  const whole = rows.length > 1 ? wholeOf(history) : undefined;
  const shown = whole ? [...rows, whole] : rows;
  const written = energies(shown.map(({ totalKwh }) => totalKwh));
  const columns = columnsOf(kind, written);
  return (
    <Card title="Energy in this time" flush>
      <DataTable
        label="Energy in this time"
        columns={columns}
        rows={rows}
        keyOf={({ id }) => id}
        foot={
          whole && (
            <tr>
              <td>All together</td>
              {kind === "endpoint" && <td {...roomFor({})} />}
              <td data-number>{written(whole.totalKwh)}</td>
            </tr>
          )
        }
      />
    </Card>
  );
}

function columnsOf(kind: Kind, written: (value: Maybe) => string): readonly Column<Row>[] {
  const named: Column<Row> = {
    id: "name",
    header: kind === "client" ? "Client" : "Endpoint",
    cell: ({ id, name, place }) => (
      <span className={styles.named}>
        <span className={styles.swatch} style={{ backgroundColor: seriesColour(place) }} />
        {kind === "client" ? name : <Link to={`/endpoints/${id}`}>{name}</Link>}
      </span>
    ),
    onPhone: true,
  };
  const client: Column<Row> = {
    id: "client",
    header: "Client",
    cell: ({ clientName }) => clientName ?? MISSING,
  };
  const energy: Column<Row> = {
    id: "energy",
    header: "kWh",
    cell: ({ totalKwh }) => written(totalKwh),
    width: "130px",
    isNumber: true,
    onPhone: true,
  };
  return kind === "client" ? [named, energy] : [named, client, energy];
}
