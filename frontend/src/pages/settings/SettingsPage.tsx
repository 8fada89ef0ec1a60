import { Skeleton } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "@/api/client";
import { bytes, count, counted, MISSING } from "@/format/number";
import { zoned } from "@/format/time";
import { Ago } from "@/ui/Ago";
import { Card } from "@/ui/Card";
import { Failure } from "@/ui/Failure";
import { Kpi, KpiStrip } from "@/ui/KpiStrip";
import { PageHeader } from "@/ui/PageHeader";
import { Badge } from "@/ui/Status";
import { useZones } from "@/ui/useZone";
import styles from "./Settings.module.css";

type System = Schemas["SystemOutput"];

const EVERY = 15_000;

/** How the server itself is doing, and how it is set. */
export function SettingsPage() {
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ["system"],
    queryFn: () => ask(api.GET("/api/v1/system")),
    refetchInterval: EVERY,
  });
  return (
    <>
      <PageHeader title="Settings and health" />
      {error && (
        <Failure what="The server's state could not be read." error={error} retry={refetch} />
      )}
      {(data || !error) && <Kpis system={data} loading={isPending} />}
      {isPending && !error && <Skeleton height={320} radius={10} />}
      {data && (
        <div className={styles.parts}>
          <Checks checks={data.checks} checkedAt={data.checkedAt} />
          <div className={styles.part}>
            <Server system={data} />
            <Settings settings={data.settings} />
          </div>
        </div>
      )}
    </>
  );
}

function Kpis({ system, loading }: { system: System | undefined; loading: boolean }) {
  const zone = useZones()();
  const bad = system?.checks.filter((check) => !check.ok).length ?? 0;
  return (
    <KpiStrip>
      <Kpi
        label="Health"
        value={bad === 0 ? "Good" : `${count(bad)} to mend`}
        alarming={bad > 0}
        loading={loading}
      >
        {system && counted(system.checks.length, "check")}
      </Kpi>
      <Kpi label="Reads waiting" value={count(system?.queue.pending)} loading={loading}>
        {system && `${count(system.queue.running)} running`}
      </Kpi>
      <Kpi label="Free disk" value={bytes(system?.disk.freeBytes)} loading={loading}>
        {system && `of ${bytes(system.disk.totalBytes)}`}
      </Kpi>
      <Kpi
        label="Last backup"
        value={system?.backups.lastAt ? zoned(system.backups.lastAt, zone) : "None"}
        loading={loading}
      >
        {system && (system.backups.lastAt ? bytes(system.backups.lastBytes) : "wattledger backup")}
      </Kpi>
    </KpiStrip>
  );
}

function Checks({ checks, checkedAt }: Pick<System, "checks" | "checkedAt">) {
  const zone = useZones()();
  return (
    <Card title="Checks" actions={<span className="dim">{zoned(checkedAt, zone)}</span>}>
      <ul className={styles.checks}>
        {checks.map((check) => (
          <li key={check.name}>
            {check.ok ? (
              <Badge tone="ok" icon={IconCircleCheck} word="OK" />
            ) : (
              <Badge tone="failing" icon={IconAlertTriangle} word="To mend" />
            )}
            <div>
              <b>{check.name}</b>
              <p>{check.message}</p>
              {check.advice && <p className="dim">{check.advice}</p>}
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Server({ system }: { system: System }) {
  const zone = useZones()();
  const { database, browser, scheduler, queue } = system;
  return (
    <Card title="Server">
      <dl className={styles.facts}>
        <dt>Wattledger</dt>
        <dd>{system.version}</dd>
        <dt>Started</dt>
        <dd>
          {zoned(system.startedAt, zone)} (<Ago at={system.startedAt} />)
        </dd>
        <dt>Database</dt>
        <dd>
          {database.kind}, {bytes(database.sizeBytes)}, schema {database.revision ?? MISSING}
        </dd>
        <dt>Browser</dt>
        <dd>{browser.found ? (browser.version ?? "found") : "none: meters that need one wait"}</dd>
        <dt>Scheduler</dt>
        <dd>{scheduler.beatAt ? <Ago at={scheduler.beatAt} /> : "not running"}</dd>
        <dt>Oldest read due</dt>
        <dd>{queue.oldestDueAt ? <Ago at={queue.oldestDueAt} /> : "none"}</dd>
      </dl>
    </Card>
  );
}

function Settings({ settings }: Pick<System, "settings">) {
  return (
    <Card title="Settings">
      <p className={styles.hint}>
        Set by the environment or the settings file; see the settings reference. Secrets are not
        shown.
      </p>
      <dl className={styles.facts}>
        {settings.map((setting) => (
          <div key={setting.name} className={styles.setting}>
            <dt>{setting.name}</dt>
            <dd>
              {setting.value || MISSING} <span className="dim">{setting.source}</span>
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
