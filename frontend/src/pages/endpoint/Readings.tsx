import { Select } from "@mantine/core";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { api, askWhole, type Schemas } from "@/api/client";
import { usePages } from "@/api/pages";
import { inSteps, MISSING } from "@/format/number";
import { moment, zoneName } from "@/format/time";
import { rangeOf } from "@/history/range";
import { QUALITY } from "@/pages/reports/words";
import { useMay } from "@/session/session";
import { type Column, DataTable } from "@/ui/DataTable";
import { Empty } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import styles from "./Records.module.css";
import { type Meter, useMeters } from "./useEndpoint";
import { useWith } from "./useWith";
import { JOINS } from "./words";

type Reading = Schemas["LedgerReadingOutput"];
type Props = { id: string; zone: string | undefined };

const PAGE = 100;

/** The readings of a meter as the ledger sees them; of the dates in the address, if there are. */
export function Readings({ id, zone }: Props) {
  const { data: meters } = useMeters(id);
  const [chosen, setChosen] = useState<string | null>(null);
  const meter = meters?.find(({ key }) => key === chosen) ?? meters?.[0];
  return (
    <>
      <div className={styles.tools}>
        <span className={styles.note}>As the ledger sees them, newest first.</span>
        {meters && meters.length > 1 && (
          <Select
            size="xs"
            aria-label="Meter"
            data={meters.map(({ key }) => key)}
            value={meter?.key ?? null}
            onChange={setChosen}
            allowDeselect={false}
          />
        )}
      </div>
      {meter && <List key={meter.id} meter={meter} zone={zone} />}
    </>
  );
}

function List({ meter, zone }: { meter: Meter; zone: string | undefined }) {
  const [params] = useSearchParams();
  const may = useMay();
  const withParam = useWith();
  const range = rangeOf(params, "30d");
  const dates = "quick" in range ? {} : range;
  const list = usePages<Reading>(["readings", meter.id, dates], (cursor, signal) =>
    askWhole(
      api.GET("/api/v1/meters/{meter}/readings", {
        params: {
          path: { meter: meter.id },
          query: { limit: PAGE, ...dates, ...(cursor ? { cursor } : {}) },
        },
        signal,
      }),
    ),
  );
  if (list.error) {
    return (
      <div className={styles.pad}>
        <Failure what="The readings could not be read." error={list.error} retry={list.retry} />
      </div>
    );
  }
  if (!list.isPending && list.rows.length === 0) {
    return (
      <div className={styles.pad}>
        <Empty>There is no reading in this time.</Empty>
      </div>
    );
  }
  const evidence = may("see-all") ? (at: number) => withParam("attempt", String(at)) : undefined;
  return (
    <DataTable
      label="Readings"
      columns={columnsOf(evidence, zone, list.rows, meter.register.resolutionKwh)}
      rows={list.rows}
      keyOf={(reading) => reading.timestamp}
      loading={list.isPending}
      more={list.hasMore && !list.isReadingMore ? list.more : undefined}
    />
  );
}

function columnsOf(
  evidence: ((attempt: number) => string) | undefined,
  zone: string | undefined,
  rows: readonly Reading[],
  resolution: number | null,
): readonly Column<Reading>[] {
  return [
    {
      id: "at",
      header: `Read at, ${zoneName(zone, rows.at(-1)?.timestamp, rows[0]?.timestamp)}`,
      cell: ({ timestamp }) => moment(timestamp, zone),
      width: "172px",
      onPhone: true,
    },
    {
      id: "register",
      header: "Register, kWh",
      cell: ({ totalKwh }) => inSteps(totalKwh, resolution),
      width: "130px",
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
    { id: "status", header: "Status", cell: ({ status }) => status, width: "96px" },
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
}
