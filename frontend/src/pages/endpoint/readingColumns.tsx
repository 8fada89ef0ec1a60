import { IconCheck, IconX } from "@tabler/icons-react";
import { Link } from "react-router";
import { inSteps, MISSING } from "@/format/number";
import { moment, zoneName } from "@/format/time";
import { QUALITY } from "@/pages/reports/words";
import { ACTIONS, type Column } from "@/ui/DataTable";
import { MoreMenu } from "@/ui/MoreMenu";
import type { Decision, Reading } from "./Decide";
import styles from "./Records.module.css";
import { JOINS, STATUSES } from "./words";

type Shown = {
  zone: string | undefined;
  rows: readonly Reading[];
  resolution: number | null;
  /** Where the evidence of an attempt is shown, for who may see it. */
  evidence: ((attempt: number) => string) | undefined;
  /** Lets a person decide about a reading, who may. */
  decide: ((decision: Decision) => void) | undefined;
};

/** What a person can say of a reading, unless that stands already. */
const CHOICES = [
  { kind: "accept", word: "Accept it", icon: IconCheck, not: "good" },
  { kind: "reject", word: "Reject it", icon: IconX, not: "rejected" },
] as const;

/** The columns of readings as the ledger sees them. */
export function columnsOf(shown: Shown): readonly Column<Reading>[] {
  const { zone, rows, resolution, evidence, decide } = shown;
  const columns: Column<Reading>[] = [
    {
      id: "at",
      header: `Read at, ${zoneName(zone, rows.at(-1)?.timestamp, rows[0]?.timestamp)}`,
      cell: ({ timestamp }) => <span className={styles.at}>{moment(timestamp, zone)}</span>,
      width: "min(172px, 32vw)",
      onPhone: true,
    },
    {
      id: "register",
      header: "Register, kWh",
      cell: ({ totalKwh }) => inSteps(totalKwh, resolution),
      width: "min(130px, 27vw)",
      isNumber: true,
      onPhone: true,
    },
    {
      id: "energy",
      header: "Energy, kWh",
      cell: ({ energyKwh }) => inSteps(energyKwh, resolution),
      width: "110px",
      isNumber: true,
    },
    {
      id: "status",
      header: "Status",
      cell: ({ status }) => <span title={STATUSES[status].means}>{STATUSES[status].word}</span>,
      width: "min(96px, 20vw)",
      onPhone: true,
    },
    {
      id: "join",
      header: "How it goes on",
      cell: ({ join }) => (join ? (JOINS[join] ?? join) : MISSING),
    },
    {
      id: "quality",
      onWide: true,
      header: "Quality",
      cell: ({ quality }) => (quality === null ? MISSING : (QUALITY[quality] ?? quality)),
      width: "110px",
    },
    {
      id: "source",
      onWide: true,
      header: "Evidence",
      cell: ({ attemptId, source }) =>
        attemptId !== null && evidence ? (
          <Link to={evidence(attemptId)} preventScrollReset>
            {source}
          </Link>
        ) : (
          source
        ),
      width: "100px",
    },
  ];
  return decide ? [...columns, deciding(zone, decide)] : columns;
}

function deciding(zone: string | undefined, decide: (decision: Decision) => void): Column<Reading> {
  return {
    id: "do",
    header: ACTIONS,
    width: "min(52px, 11vw)",
    isNumber: true,
    onPhone: true,
    cell: (reading) => (
      <MoreMenu
        label={`Decide about the reading of ${moment(reading.timestamp, zone)}`}
        choices={CHOICES.filter(({ not }) => reading.status !== not).map(
          ({ kind, word, icon }) => ({ word, icon, choose: () => decide({ kind, reading }) }),
        )}
      />
    ),
  };
}
