import { Group, SegmentedControl, Select } from "@mantine/core";
import { useState } from "react";
import { api, askWhole } from "@/api/client";
import { usePages } from "@/api/pages";
import { rangeOf } from "@/history/range";
import { useMay } from "@/session/session";
import { DataTable } from "@/ui/DataTable";
import { Empty, Filtered } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { useAddress, withParts } from "@/ui/useAddress";
import { Decide, type Decision, type Reading } from "./Decide";
import styles from "./Records.module.css";
import { columnsOf } from "./readingColumns";
import { type Meter, useMeters } from "./useEndpoint";
import { useWith } from "./useWith";

type Props = { id: string; zone: string | undefined };

const PAGE = 100;
const CHOICES = [
  { value: "all", label: "All" },
  { value: "held", label: "Held" },
];

/** The readings of a meter as the ledger sees them; of the dates in the address, if there are. */
export function Readings({ id, zone }: Props) {
  const may = useMay();
  const { data: meters } = useMeters(id);
  const [params, setAddress] = useAddress();
  const key = params.get("meter");
  const change = (name: string, value: string | null) =>
    setAddress((before) => withParts(before, { [name]: value }));
  const meter = meters?.find((each) => each.key === key) ?? meters?.[0];
  const isHeld = params.get("readings") === "held";
  const showAll = () => change("readings", null);
  return (
    <>
      <div className={styles.tools}>
        <span className={styles.note}>As the ledger sees them, newest first.</span>
        <Group gap={8}>
          {meters && meters.length > 1 && (
            <Select
              size="xs"
              aria-label="Meter"
              data={meters.map((each) => each.key)}
              value={meter?.key ?? null}
              onChange={(chosen) => change("meter", chosen)}
              allowDeselect={false}
            />
          )}
          {/* What the ledger doubts is not shown to a client. */}
          {may("see-all") && (
            <SegmentedControl
              size="xs"
              aria-label="Which readings"
              data={CHOICES}
              value={isHeld ? "held" : "all"}
              onChange={(choice) => change("readings", choice === "held" ? choice : null)}
            />
          )}
        </Group>
      </div>
      {meter && <List key={meter.id} meter={meter} zone={zone} isHeld={isHeld} showAll={showAll} />}
    </>
  );
}

type ListProps = {
  meter: Meter;
  zone: string | undefined;
  isHeld: boolean;
  showAll: () => void;
};

function List({ meter, zone, isHeld, showAll }: ListProps) {
  const may = useMay();
  const withParam = useWith();
  const [decision, setDecision] = useState<Decision | null>(null);
  const list = useReadings(meter, isHeld);
  if (list.error && !list.isShown) {
    return (
      <div className={styles.pad}>
        <Failure what="The readings could not be read." error={list.error} retry={list.retry} />
      </div>
    );
  }
  if (list.isEmpty) return <Nothing isHeld={isHeld} showAll={showAll} />;
  return (
    <>
      <DataTable
        label="Readings"
        columns={columnsOf({
          zone,
          rows: list.rows,
          resolution: meter.register.resolutionKwh,
          evidence: may("see-all") ? (at) => withParam("attempt", String(at)) : undefined,
          decide: may("correct") ? setDecision : undefined,
        })}
        rows={list.rows}
        keyOf={(reading) => reading.timestamp}
        loading={list.isPending}
        more={list.hasMore && !list.isReadingMore ? list.more : undefined}
      />
      {decision && (
        <Decide decision={decision} meter={meter} zone={zone} close={() => setDecision(null)} />
      )}
    </>
  );
}

function Nothing({ isHeld, showAll }: Pick<ListProps, "isHeld" | "showAll">) {
  return (
    <div className={styles.pad}>
      {isHeld ? (
        <Filtered clear={showAll}>No reading is held in this time.</Filtered>
      ) : (
        <Empty>There is no reading in this time.</Empty>
      )}
    </div>
  );
}

function useReadings(meter: Meter, isHeld: boolean) {
  const [params] = useAddress();
  const range = rangeOf(params, "30d");
  const dates = "quick" in range ? {} : range;
  const status = isHeld ? ({ status: "held" } as const) : {};
  return usePages<Reading>(["readings", meter.id, dates, isHeld], (cursor, signal) =>
    askWhole(
      api.GET("/api/v1/meters/{meter}/readings", {
        params: {
          path: { meter: meter.id },
          query: { limit: PAGE, ...dates, ...status, ...(cursor ? { cursor } : {}) },
        },
        signal,
      }),
    ),
  );
}
