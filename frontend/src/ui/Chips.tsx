import type { ReactNode } from "react";
import { count as counted, type Maybe } from "@/format/number";
import styles from "./Chips.module.css";

/** A row of choices of which one can be taken; on a phone it scrolls. */
export function Chips({ children }: { children: ReactNode }) {
  return <div className={styles.chips}>{children}</div>;
}

type Props = { isChosen: boolean; choose: () => void; count: Maybe; children: ReactNode };

/** One choice, with how many it stands for. */
export function ChoiceChip({ isChosen, choose, count, children }: Props) {
  return (
    <button type="button" className={styles.chip} aria-pressed={isChosen} onClick={choose}>
      {children}
      {counted(count)}
    </button>
  );
}
