import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import styles from "./KpiStrip.module.css";

/** The strip of four figures at the head of a page. */
export function KpiStrip({ children }: { children: ReactNode }) {
  return <dl className={styles.strip}>{children}</dl>;
}

type Props = {
  label: string;
  value: string;
  unit?: string;
  /** Paints the figure in the colour of something that needs attention. */
  alarming?: boolean;
  loading?: boolean;
  /** A line below: what the figure relates to. */
  children?: ReactNode;
};

/** One figure of the strip. */
export function Kpi({ label, value, unit, alarming = false, loading = false, children }: Props) {
  return (
    <div className={styles.cell}>
      <dt className={styles.label}>{label}</dt>
      <dd className={styles.body}>
        {loading ? (
          <Skeleton height={26} width="60%" my={3} />
        ) : (
          <span className={styles.value} data-alarming={alarming || undefined}>
            {value}
            {unit && <span className={styles.unit}>{unit}</span>}
          </span>
        )}
        <span className={styles.note}>
          {loading ? <Skeleton height={12} width="80%" /> : children}
        </span>
      </dd>
    </div>
  );
}
