import { percent } from "@/format/number";
import styles from "./Reports.module.css";
import type { Line } from "./report";
import { FLAG } from "./words";

/** How well a figure is known: the share that is measured, and what a reader must know. */
export function Flags({ flags, measured }: { flags: Line["flags"]; measured: number | null }) {
  return (
    <span className={styles.flags}>
      {measured !== null && <span>{percent(measured)} measured</span>}
      {flags.map((flag) => (
        <span key={flag} className={styles.flag} title={FLAG[flag][1]}>
          {FLAG[flag][0]}
        </span>
      ))}
    </span>
  );
}
