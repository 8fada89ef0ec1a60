import { type Maybe, percent as share } from "@/format/number";
import styles from "./Reports.module.css";
import type { Line } from "./report";
import { FLAG } from "./words";

type Props = {
  flags: Line["flags"];
  measured: number | null;
  /** How many there is room for; of more, the first is shown and how many follow. */
  most?: number;
};

/** How well a figure is known: the share that is measured, and what a reader must know. */
export function Flags({ flags, measured, most = flags.length }: Props) {
  const shown = flags.length > most ? flags.slice(0, 1) : flags;
  const others = flags.slice(shown.length).map((flag) => FLAG[flag][0]);
  return (
    <span className={styles.flags}>
      <Measured percent={measured} />
      {shown.map((flag) => (
        <span key={flag} className={styles.flag} title={FLAG[flag][1]}>
          {FLAG[flag][0]}
        </span>
      ))}
      {others.length > 0 && (
        <span className={styles.flag} title={others.join(", ")}>
          +{others.length}
        </span>
      )}
    </span>
  );
}

/** Which share of energy is measured; in few words where there is little room. */
export function Measured({ percent }: { percent: Maybe }) {
  if (percent === null || percent === undefined) return null;
  return (
    <span className={styles.measured} title={`${share(percent)} measured`}>
      {share(percent)}
      <span className={styles.word}> measured</span>
    </span>
  );
}
