import { ActionIcon, UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronRight, IconFileTypePdf } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { kwh, MISSING, mostDecimals } from "@/format/number";
import { Aligned } from "@/ui/Aligned";
import { type Column, DataTable, roomFor } from "@/ui/DataTable";
import { Empty } from "@/ui/Empty";
import { Badge } from "@/ui/Status";
import { Change, Previous } from "./Compared";
import { Flags, Measured } from "./Flags";
import styles from "./Reports.module.css";
import { type ClientMonth, fileOf, type Line, type Report } from "./report";
import { MONTH_STATE } from "./words";

type Row =
  | { kind: "group"; id: string; name: string; client: ClientMonth | null; isOpen: boolean }
  | { kind: "line"; id: string; line: Line };

type Props = { report: Report | undefined; month: string; open: (line: Line) => void };

/** So few lines are shown at once; of more, each client's are behind its name. */
const FEW = 60;

/** The month by client and meter. */
export function MonthTable({ report, month, open }: Props) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const isFew = (report?.lines.length ?? 0) <= FEW;
  const rows = useMemo(
    () => (report ? rowsOf(report, (id) => toggled.has(id) !== isFew) : []),
    [report, toggled, isFew],
  );
  const toggle = (id: string) =>
    setToggled((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
  if (report && rows.length === 0) return <Empty>No meter has readings in this month.</Empty>;
  return (
    <DataTable
      label="The month by client and meter"
      columns={columns(month, open, toggle, mostDecimals(registersOf(report)))}
      rows={rows}
      keyOf={(row) => row.id}
      kindOf={(row) => row.kind}
      loading={!report}
      foot={
        report && (
          <tr>
            <td>All</td>
            <td {...roomFor({ onWide: true })} />
            <td {...roomFor({ onWide: true })} />
            <td data-number>{kwh(report.totalKwh)}</td>
            <td data-number {...roomFor({ onWide: true })}>
              <Previous of={report} />
            </td>
            <td data-number>
              <Change of={report} />
            </td>
            <td {...roomFor({})} />
          </tr>
        )
      }
    />
  );
}

/** Returns clients and, below each that is open, its lines; what serves nobody stands last. */
function rowsOf({ clients, lines }: Report, isOpen: (id: string) => boolean): Row[] {
  const byClient = Map.groupBy(lines, (line) => line.clientId);
  const groups = clients.map((client) => ({
    id: client.clientId,
    name: client.client,
    client: client as ClientMonth | null,
    lines: byClient.get(client.clientId) ?? [],
  }));
  const unassigned = byClient.get(null);
  if (unassigned) {
    groups.push({ id: "none", name: "Serves no client", client: null, lines: unassigned });
  }
  return groups.flatMap(({ id, name, client, lines: own }) => {
    const head: Row = { kind: "group", id, name, client, isOpen: isOpen(id) };
    const below = head.isOpen
      ? own.map((line): Row => ({ kind: "line", id: `${id}/${line.meterId}/${line.from}`, line }))
      : [];
    return [head, ...below];
  });
}

function columns(
  month: string,
  open: (line: Line) => void,
  toggle: (id: string) => void,
  most: number,
): Column<Row>[] {
  return [
    {
      id: "name",
      header: "Client and meter",
      onPhone: true,
      cell: (row) =>
        row.kind === "group" ? (
          <GroupName row={row} toggle={toggle} />
        ) : (
          <UnstyledButton className={styles.line ?? ""} onClick={() => open(row.line)}>
            <span>
              {row.line.endpoint}
              {row.line.meter !== "total" && <span className="dim"> · {row.line.meter}</span>}
            </span>
          </UnstyledButton>
        ),
    },
    register("opening", "Opening, kWh", (line) => line.openingKwh, most),
    register("closing", "Closing, kWh", (line) => line.closingKwh, most),
    {
      id: "kwh",
      header: "Energy, kWh",
      width: "min(108px, 25vw)",
      isNumber: true,
      onPhone: true,
      cell: (row) =>
        row.kind === "group" ? (
          kwh(row.client?.kwh)
        ) : (
          <UnstyledButton
            className={styles.figure ?? ""}
            onClick={() => open(row.line)}
            aria-label={`${kwh(row.line.kwh)} kWh of ${row.line.endpoint}: what it rests on`}
          >
            {kwh(row.line.kwh)}
          </UnstyledButton>
        ),
    },
    {
      id: "previous",
      onWide: true,
      header: "Month before",
      width: "128px",
      isNumber: true,
      cell: (row) => <Previous of={row.kind === "group" ? row.client : row.line} />,
    },
    {
      id: "change",
      header: "Change",
      width: "min(96px, 23vw)",
      isNumber: true,
      onPhone: true,
      cell: (row) => <Change of={row.kind === "group" ? row.client : row.line} />,
    },
    {
      id: "quality",
      header: "Quality",
      width: "25.5%",
      cell: (row) =>
        row.kind === "group" ? (
          <GroupState row={row} month={month} />
        ) : (
          <Flags flags={row.line.flags} measured={row.line.measuredPercent} most={2} />
        ),
    },
  ];
}

function registersOf(report: Report | undefined) {
  return report?.lines.flatMap((line) => [line.openingKwh, line.closingKwh]) ?? [];
}

function register(
  id: string,
  header: string,
  of: (line: Line) => number | null,
  most: number,
): Column<Row> {
  return {
    id,
    header,
    onWide: true,
    width: "128px",
    isNumber: true,
    cell: (row) => (row.kind === "group" ? "" : <Aligned value={of(row.line)} most={most} />),
  };
}

type Group = Extract<Row, { kind: "group" }>;

function GroupName({ row, toggle }: { row: Group; toggle: (id: string) => void }) {
  const Sign = row.isOpen ? IconChevronDown : IconChevronRight;
  return (
    <UnstyledButton
      className={styles.group ?? ""}
      onClick={() => toggle(row.id)}
      aria-expanded={row.isOpen}
    >
      <Sign aria-hidden size={15} />
      <span>{row.name}</span>
    </UnstyledButton>
  );
}

function GroupState({ row: { client, name }, month }: { row: Group; month: string }) {
  if (!client) return MISSING;
  return (
    <span className={styles.state}>
      <Badge {...MONTH_STATE[client.state]} />
      <Measured percent={client.measuredPercent} />
      <ActionIcon
        component="a"
        href={fileOf(month, "pdf", client.clientId)}
        download
        variant="subtle"
        color="gray"
        aria-label={`Statement of ${name} as PDF`}
        title="Statement as PDF"
      >
        <IconFileTypePdf aria-hidden size={18} />
      </ActionIcon>
    </span>
  );
}
