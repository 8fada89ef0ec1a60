import { Button, Text } from "@mantine/core";
import type { ReactNode } from "react";
import styles from "./Empty.module.css";

/** Nothing to show: one sentence, and what to do next. */
export function Empty({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <Text c="dimmed">{children}</Text>
      {action}
    </div>
  );
}

/** Nothing passes a filter: one sentence, and the way to all. */
export function Filtered({ children, clear }: { children: ReactNode; clear: () => void }) {
  return (
    <Empty
      action={
        <Button variant="default" onClick={clear}>
          Show all
        </Button>
      }
    >
      {children}
    </Empty>
  );
}
