import { Code, Group, Loader, Stack, Text } from "@mantine/core";
import type { Schemas } from "@/api/client";
import { OutcomeBadge } from "@/evidence/Outcome";
import { exact } from "@/format/number";
import { duration } from "@/format/time";
import { Card } from "@/ui/Card";
import { Failure } from "@/ui/Failure";
import styles from "./EndpointForm.module.css";

type Trial = Schemas["Trial"];
type Props = { trial: Trial | undefined; isPending: boolean; error: unknown };

/** What a test read found: the values, how long each step took, the page and its source. */
export function TrialResult({ trial, isPending, error }: Props) {
  if (isPending) {
    return (
      <Card title="Test">
        <Group role="status">
          <Loader size="sm" />
          <Text>Reading the device… this takes up to a minute.</Text>
        </Group>
      </Card>
    );
  }
  if (error) return <Failure what="The test could not be made." error={error} />;
  if (!trial) return null;
  return (
    <Card title="Test" actions={<OutcomeBadge outcome={trial.outcome} />}>
      <Stack gap="md" role="status">
        {trial.message && <Text>{trial.message}</Text>}
        {trial.meters.length > 0 && <Values meters={trial.meters} />}
        <Text size="sm" c="dimmed">
          Read by {trial.transport === "browser" ? "a browser" : "plain HTTP"} in{" "}
          {duration(trial.milliseconds)}
          {trial.status !== null && `, HTTP status ${trial.status}`}.
        </Text>
        {trial.steps.length > 0 && (
          <ol className={styles.timing}>
            {trial.steps.map((step, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: steps have no name but their place
              <li key={place}>
                {step.label} <span className="dim">{duration(step.milliseconds)}</span>
              </li>
            ))}
          </ol>
        )}
        {trial.screenshot && (
          <img
            className={styles.picture}
            src={`data:image/png;base64,${trial.screenshot}`}
            alt="The device's page at the end of the test"
          />
        )}
        {trial.rawData && (
          <details>
            <summary>Source of the page</summary>
            <Code block className={styles.source}>
              {trial.rawData}
            </Code>
          </details>
        )}
      </Stack>
    </Card>
  );
}

function Values({ meters }: { meters: Trial["meters"] }) {
  return (
    <div className={styles.values}>
      {meters.map((meter) => (
        <dl key={meter.key} className={styles.value}>
          <dt>{meter.key === "total" ? "Energy register" : meter.key}</dt>
          <dd>
            {exact(meter.totalKwh)} <small>kWh</small>
          </dd>
          {meter.power !== null && (
            <>
              <dt>Power</dt>
              <dd>
                {exact(meter.power)} <small>W</small>
              </dd>
            </>
          )}
          {meter.voltage !== null && (
            <>
              <dt>Voltage</dt>
              <dd>
                {exact(meter.voltage)} <small>V</small>
              </dd>
            </>
          )}
          {meter.current !== null && (
            <>
              <dt>Current</dt>
              <dd>
                {exact(meter.current)} <small>A</small>
              </dd>
            </>
          )}
        </dl>
      ))}
    </div>
  );
}
