import { memo } from "react";
import { Link } from "react-router";
import { energy, power } from "@/format/number";
import { useLiveRow } from "@/live/LiveProvider";
import type { LiveRow } from "@/live/store";
import { Ago } from "@/ui/Ago";
import { Status } from "@/ui/Status";
import styles from "./Cards.module.css";
import { hasFigure } from "./figure";
import { Sparkline } from "./Sparkline";

/** One endpoint as a card; it is drawn again when that endpoint changes, and only then. */
export const MeterCard = memo(function MeterCard({ id }: { id: string }) {
  const row = useLiveRow(id);
  return row ? <Drawn row={row} /> : null;
});

function Drawn({ row }: { row: LiveRow }) {
  const { latestReading: reading } = row;
  const now = power(hasFigure(row) ? reading?.power : null);
  const month = energy(reading?.currentKwh);
  return (
    <Link
      to={`/endpoints/${row.endpointId}`}
      className={styles.card ?? ""}
      data-status={row.status}
    >
      <span className={styles.head}>
        <span className={styles.name}>{row.name}</span>
        <Status status={row.status} />
      </span>
      <span className={styles.where}>
        {[row.clientName, row.location].filter(Boolean).join(" · ") || "No client"}
      </span>
      <span className={styles.middle}>
        <span className={styles.power}>
          {now.text}
          <span className={styles.unit}>{now.unit}</span>
        </span>
        <Sparkline id={row.endpointId} />
      </span>
      <span className={styles.foot}>
        <span>
          <b>{month.text}</b> {month.unit} this month
        </span>
        <Ago at={reading?.timestamp} />
      </span>
    </Link>
  );
}
