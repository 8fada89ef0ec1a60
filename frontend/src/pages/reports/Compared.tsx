import { change, kwh } from "@/format/number";
import styles from "./Reports.module.css";
import type { Line } from "./report";

export type Compared = Pick<Line, "previousKwh" | "previousInPart" | "changePercent">;

/** In the words of a statement. */
export const IN_PART = "known in part";

/** The month before, and whether less than all of it is known. */
export function Previous({ of }: { of: Compared | null }) {
  if (!of || of.previousKwh === null || !of.previousInPart) return kwh(of?.previousKwh);
  return (
    <>
      <span className={styles.inPart}>in part </span>
      {kwh(of.previousKwh)}
    </>
  );
}

/** The change against the month before; where less than all of that is known it says so instead. */
export function Change({ of }: { of: Compared | null }) {
  if (!of?.previousInPart || of.previousKwh === null) return change(of?.changePercent);
  return (
    <span className={styles.partly} title={`The month before is ${IN_PART}.`}>
      {IN_PART}
    </span>
  );
}
