import { Button, Skeleton, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleX, IconInfoCircle } from "@tabler/icons-react";
import { api, askWhole, type Schemas } from "@/api/client";
import { usePages } from "@/api/pages";
import { clock, zoneName } from "@/format/time";
import { Card } from "@/ui/Card";
import { Failure } from "@/ui/Failure";
import { Badge } from "@/ui/Status";
import styles from "./Jobs.module.css";
import type { Run } from "./jobs";

const LEVELS: Record<Schemas["Level"], Parameters<typeof Badge>[0]> = {
  info: { tone: "disabled", icon: IconInfoCircle, word: "Info" },
  warning: { tone: "high", icon: IconAlertTriangle, word: "Warning" },
  error: { tone: "failing", icon: IconCircleX, word: "Error" },
};
const EVERY = 2_000;

/** What a run logged. */
export function RunLog({ run, zone }: { run: Run; zone: string | undefined }) {
  const list = usePages(
    ["runs", run.id, "log"],
    (cursor) =>
      askWhole(
        api.GET("/api/v1/runs/{run}/log", {
          params: { path: { run: run.id }, query: { limit: 200, ...(cursor && { cursor }) } },
        }),
      ),
    run.state === "running" ? { refetchInterval: EVERY } : {},
  );
  return (
    <div className={styles.log}>
      <Card title={`Log, ${zoneName(zone, run.startedAt)}`}>
        {list.error && <Failure error={list.error} retry={list.retry} />}
        {list.isPending && <Skeleton height={80} />}
        {!list.isPending && list.rows.length === 0 && <Text c="dimmed">It logged nothing.</Text>}
        <ol className={styles.lines}>
          {list.rows.map((line) => (
            <li key={line.id}>
              <time dateTime={line.at}>{clock(line.at, zone)}</time>
              <Badge {...LEVELS[line.level]} />
              <span>{line.message}</span>
            </li>
          ))}
        </ol>
        {list.hasMore && (
          <Button
            size="xs"
            variant="default"
            loading={list.isReadingMore}
            onClick={() => list.more()}
          >
            Show more
          </Button>
        )}
      </Card>
    </div>
  );
}
