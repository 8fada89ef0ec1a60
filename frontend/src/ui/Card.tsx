import { Title } from "@mantine/core";
import type { ReactNode } from "react";
import styles from "./Card.module.css";

type Props = { title?: string; actions?: ReactNode; children: ReactNode; flush?: boolean };

/** A bordered part of a page. `flush` lets a table reach its edges. */
export function Card({ title, actions, children, flush = false }: Props) {
  return (
    <section className={styles.card} data-flush={flush || undefined}>
      {(title || actions) && (
        <div className={styles.head}>
          {title && <Title order={2}>{title}</Title>}
          {actions}
        </div>
      )}
      {children}
    </section>
  );
}
