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
      <span className="dim">in part </span>
      {kwh(of.previousKwh)}
    </>
  );
}

/** The change against the month before; where less than all of that is known it says so. */
export function Change({ of }: { of: Compared | null }) {
  const text = change(of?.changePercent);
  if (!of?.previousInPart || of.changePercent === null) return text;
  return (
    <span className={styles.compared} title={`The month before is ${IN_PART}.`}>
      {text}
      <span className={styles.partly}>{IN_PART}</span>
    </span>
  );
}
