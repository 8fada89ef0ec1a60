import { Anchor, Button, Skeleton } from "@mantine/core";
import { Link } from "react-router";
import type { Schemas } from "@/api/client";
import { monthName } from "@/format/time";
import { heldReadings } from "@/pages/endpoint/address";
import { Ago } from "@/ui/Ago";
import { Empty, Filtered } from "@/ui/Empty";
import styles from "./Alerts.module.css";
import { KindBadge } from "./kinds";

type Alert = Schemas["AlertOutput"];

type Props = {
  /** Shows all; there is nothing to do where none is left out. */
  clear: (() => void) | undefined;
  list: {
    rows: Alert[];
    isPending: boolean;
    hasMore: boolean;
    isReadingMore: boolean;
    more: () => unknown;
  };
};

/** The alerts, each as a sentence with what to do. */
export function AlertList({ list, clear }: Props) {
  if (!list.isPending && list.rows.length === 0) {
    return clear ? (
      <Filtered clear={clear}>No alert passes this filter.</Filtered>
    ) : (
      <Empty>All is well.</Empty>
    );
  }
  return (
    <>
      <ul className={styles.list} aria-label="Open alerts" aria-busy={list.isPending}>
        {list.isPending
          ? [1, 2, 3, 4, 5, 6].map((each) => (
              <li key={each}>
                <Skeleton height={20} width={90} radius={10} />
                <div className={styles.body}>
                  <Skeleton height={14} width="30%" mb={8} />
                  <Skeleton height={14} width="80%" mb={8} />
                  <Skeleton height={14} width="60%" />
                </div>
              </li>
            ))
          : list.rows.map((alert) => <Row key={alert.id} alert={alert} />)}
      </ul>
      {list.hasMore && (
        <Button variant="default" loading={list.isReadingMore} onClick={() => list.more()}>
          Show more
        </Button>
      )}
    </>
  );
}

/** What an alert is about, and the way there. */
function Subject({ alert }: { alert: Alert }) {
  const [to, name] = alert.endpointId
    ? [`/endpoints/${alert.endpointId}`, alert.endpointName]
    : [`/jobs/runs/${alert.runId}`, alert.jobName];
  return name ? (
    <Anchor component={Link} to={to} fw={600} c="inherit">
      {name}
    </Anchor>
  ) : (
    <b>{alert.clientName}</b>
  );
}

function Row({ alert }: { alert: Alert }) {
  return (
    <li data-severity={alert.severity}>
      <KindBadge kind={alert.kind} />
      <div className={styles.body}>
        <p>
          <Subject alert={alert} />
          {alert.meter && alert.meter !== "total" && <span className="dim"> · {alert.meter}</span>}
          {alert.endpointId && alert.clientName && (
            <span className="dim"> · {alert.clientName}</span>
          )}
        </p>
        <p>{alert.sentence}</p>
        <p className="dim">
          {alert.advice}{" "}
          {alert.month && (
            <Anchor component={Link} to={`/reports?month=${alert.month}`} size="sm">
              To {monthName(alert.month)}
            </Anchor>
          )}
          {alert.kind === "held" && alert.endpointId && (
            <Anchor component={Link} to={heldReadings(alert.endpointId, alert.meter)} size="sm">
              To the readings
            </Anchor>
          )}
        </p>
      </div>
      <span className={styles.since}>{alert.since && <Ago at={alert.since} />}</span>
    </li>
  );
}
