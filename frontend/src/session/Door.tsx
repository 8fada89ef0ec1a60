import { Paper, Title } from "@mantine/core";
import { IconBolt } from "@tabler/icons-react";
import type { ReactNode } from "react";
import styles from "./Door.module.css";

/** The frame of the pages before one is signed in. */
export function Door({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className={styles.door}>
      <div className={styles.brand}>
        <IconBolt aria-hidden size={22} />
        Wattledger
      </div>
      <Paper className={styles.sheet}>
        <Title order={1} mb="md">
          {title}
        </Title>
        {children}
      </Paper>
    </main>
  );
}
