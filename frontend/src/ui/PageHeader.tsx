import { Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import styles from "./PageHeader.module.css";

type Props = {
  title: string;
  /** Stands before the title: the way back. */
  before?: ReactNode;
  /** Stands behind the title: a state, a hint. */
  beside?: ReactNode;
  /** Stands at the right end: what can be done. */
  actions?: ReactNode;
};

/** The head of a page; its title is also the browser tab's. */
export function PageHeader({ title, before, beside, actions }: Props) {
  useEffect(() => {
    document.title = `${title} · Wattledger`;
  }, [title]);
  return (
    <header className={styles.header}>
      <div className={styles.lead}>
        {before}
        <Title order={1} className={styles.title}>
          {title}
        </Title>
        {beside}
      </div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </header>
  );
}
