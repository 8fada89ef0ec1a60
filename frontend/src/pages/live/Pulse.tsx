import { useLiveConnection } from "@/live/LiveProvider";
import styles from "./Pulse.module.css";

const WORDS = {
  loading: "Loading…",
  live: "Live",
  reconnecting: "Reconnecting…",
  failed: "Not connected",
};

/** Whether what is shown is live. */
export function Pulse() {
  const connection = useLiveConnection();
  return (
    <span className={styles.pulse} data-connection={connection} role="status">
      <span className={styles.dot} aria-hidden />
      {WORDS[connection]}
    </span>
  );
}
