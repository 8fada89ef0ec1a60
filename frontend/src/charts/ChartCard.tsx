import { Button, Group, Skeleton } from "@mantine/core";
import { IconChartLine, IconTable } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { Card } from "@/ui/Card";
import { Failure } from "@/ui/Failure";
import styles from "./ChartCard.module.css";
import { type Figures, FigureTable } from "./FigureTable";

type Props = {
  title: string;
  /** The same figures as a table; null while there are none. */
  table: (() => Figures) | null;
  children: ReactNode;
  actions?: ReactNode;
  loading?: boolean;
  error?: unknown;
  retry?: () => unknown;
  height: number;
};

/** A chart in its card. What it shows can be read as a table, too. */
export function ChartCard(props: Props) {
  const { title, table, children, actions, loading = false, error, retry, height } = props;
  const [isTable, setTable] = useState(false);
  const what = `${title}: it could not be read.`;
  return (
    <Card
      title={title}
      actions={
        <Group gap={8}>
          {actions}
          {table && (
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              leftSection={isTable ? <IconChartLine size={15} /> : <IconTable size={15} />}
              onClick={() => setTable(!isTable)}
              aria-label={`${isTable ? "Show as chart" : "Show as table"}: ${title}`}
            >
              <span className={styles.show}>Show as </span>
              <span className={styles.kind}>{isTable ? "chart" : "table"}</span>
            </Button>
          )}
        </Group>
      }
    >
      {error ? <Failure error={error} what={what} retry={retry} /> : null}
      {!error && loading && <Skeleton height={height} radius={8} />}
      {/* What was read before stays where it cannot be read anew. */}
      {!loading && (isTable && table ? <FigureTable {...table()} label={title} /> : children)}
    </Card>
  );
}
