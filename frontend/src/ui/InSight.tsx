import { type ReactNode, useEffect, useRef } from "react";
import styles from "./InSight.module.css";

/** What comes into sight as soon as there is something to show, above a phone's bottom bar. */
export function InSight({ of, children }: { of: unknown; children: ReactNode }) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (of) frame.current?.scrollIntoView({ block: "nearest" });
  }, [of]);
  return (
    <div ref={frame} className={styles.frame}>
      {children}
    </div>
  );
}
