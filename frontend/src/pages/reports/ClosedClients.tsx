import { IconCircleCheck, IconHandStop, IconLock } from "@tabler/icons-react";
import type { Schemas } from "@/api/client";
import { count, counted } from "@/format/number";
import { Badge } from "@/ui/Status";
import styles from "./Reports.module.css";

type ClientClose = Schemas["ClientCloseOutput"];

const OUTCOMES = {
  closed: { tone: "ok", icon: IconLock, word: "Closed" },
  already: { tone: "disabled", icon: IconCircleCheck, word: "Was closed" },
  blocked: { tone: "failing", icon: IconHandStop, word: "Not closed" },
} as const;

/** What became of each client when a month was closed. */
export function ClosedClients({ clients }: { clients: readonly ClientClose[] }) {
  const blocked = clients.filter((client) => client.outcome === "blocked").length;
  return (
    <div role="status">
      <p>
        {count(clients.length - blocked)} of {counted(clients.length, "client")}{" "}
        {clients.length === 1 ? "is" : "are"} closed.
      </p>
      <ul className={`${styles.list} ${styles.results}`}>
        {clients.map((client) => (
          <li key={client.clientId}>
            <Badge {...OUTCOMES[client.outcome]} />
            <span>
              {client.client}
              {client.number && <span className="dim"> · {client.number}</span>}
              {client.reason && (
                <>
                  <br />
                  {client.reason}
                </>
              )}
              {client.findings.map((finding) => (
                <span key={`${finding.kind}${finding.meterId}`} className={styles.why}>
                  {finding.endpoint}: {finding.sentence}
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
