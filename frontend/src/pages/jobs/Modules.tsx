import { Skeleton, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { api, askWhole, type Schemas } from "@/api/client";
import { usePages } from "@/api/pages";
import { Card } from "@/ui/Card";
import { Empty } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { Badge } from "@/ui/Status";
import styles from "./Jobs.module.css";

/** What jobs can run. */
export function Modules() {
  const list = usePages(["modules"], (cursor) =>
    askWhole(
      api.GET("/api/v1/modules", { params: { query: { limit: 200, ...(cursor && { cursor }) } } }),
    ),
  );
  if (list.error && !list.isShown) {
    return <Failure what="The modules could not be read." error={list.error} retry={list.retry} />;
  }
  if (list.isPending) return <Skeleton height={180} radius={10} />;
  if (list.isEmpty) return <Empty>No module is installed.</Empty>;
  return (
    <div className={styles.modules}>
      {list.rows.map((module) => (
        <Module key={module.id} module={module} />
      ))}
    </div>
  );
}

function Module({ module }: { module: Schemas["ModuleOutput"] }) {
  return (
    <Card
      title={module.displayName}
      actions={
        module.problem ? (
          <Badge tone="failing" icon={IconAlertTriangle} word="Cannot run" />
        ) : (
          <Badge tone="ok" icon={IconCircleCheck} word={module.builtIn ? "Built in" : "Ready"} />
        )
      }
    >
      <Text size="sm">{module.description}</Text>
      {module.problem && (
        <Text size="sm" mt="xs">
          {module.problem}
        </Text>
      )}
      <ul className={styles.handlers}>
        {module.jobs.map((job) => (
          <li key={job.handler}>
            <b>{job.displayName}</b> <span className="dim">{job.description}</span>
          </li>
        ))}
      </ul>
      <Text size="xs" c="dimmed">
        {[module.name, module.version, module.path].filter(Boolean).join(" · ")}
      </Text>
    </Card>
  );
}
