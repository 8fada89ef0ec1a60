import type { Schemas } from "@/api/client";
import { duration } from "@/format/time";
import styles from "./Evidence.module.css";

/** What was done to read a device, with how long each step took. */
export function Steps({ steps }: { steps: readonly Schemas["TrialStep"][] }) {
  const longest = Math.max(1, ...steps.map(({ milliseconds }) => milliseconds));
  return (
    <ol className={styles.steps} aria-label="Steps">
      {steps.map(({ label, milliseconds }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps have no other name than their place
        <li key={place}>
          <span>{place + 1}</span>
          <span className={styles.label}>{label}</span>
          <span className={styles.bar} aria-hidden>
            <span style={{ width: `${(milliseconds / longest) * 100}%` }} />
          </span>
          <span>{duration(milliseconds)}</span>
        </li>
      ))}
    </ol>
  );
}
