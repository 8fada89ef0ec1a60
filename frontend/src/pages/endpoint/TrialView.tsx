import { Stack, Text } from "@mantine/core";
import type { Schemas } from "@/api/client";
import { exact, kilowatts, MISSING, withUnit } from "@/format/number";
import { duration } from "@/format/time";
import { OutcomeBadge } from "@/ui/Outcome";
import styles from "./Evidence.module.css";
import { PageText } from "./PageText";
import { Steps } from "./Steps";

type Trial = Schemas["Trial"];

/** How a trial went: what was read, or what went wrong and what the device showed. */
export function TrialView({ trial }: { trial: Trial }) {
  return (
    <Stack gap="md" role="status">
      <div>
        <OutcomeBadge outcome={trial.outcome} />
        {trial.success && (
          <div className={styles.value}>{withUnit({ text: exact(trial.value), unit: "kWh" })}</div>
        )}
        {trial.message && <Text mt={6}>{trial.message}</Text>}
      </div>
      <Facts trial={trial} />
      {trial.steps.length > 0 && <Steps steps={trial.steps} />}
      {trial.screenshot && (
        <img
          className={styles.picture}
          src={`data:image/png;base64,${trial.screenshot}`}
          alt="What the device showed"
        />
      )}
      {trial.rawData && <PageText text={trial.rawData} />}
    </Stack>
  );
}

function Facts({ trial }: { trial: Trial }) {
  const { fields, meters, transport, milliseconds, status } = trial;
  const facts: [string, string][] = [
    ["Took", `${duration(milliseconds)}, over ${transport}`],
    ...(status === null ? [] : ([["HTTP status", String(status)]] as [string, string][])),
    ...(fields ? told(fields) : []),
    ...(meters.length > 1
      ? meters.map(({ key, totalKwh }): [string, string] => [key, `${exact(totalKwh)} kWh`])
      : []),
  ];
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name} style={{ display: "contents" }}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function told({ power, voltage, current, powerFactor }: NonNullable<Trial["fields"]>) {
  const found: [string, string][] = [
    ["Power", power === null ? MISSING : withUnit(kilowatts(power / 1000))],
    ["Voltage", voltage === null ? MISSING : `${exact(voltage)} V`],
    ["Current", current === null ? MISSING : `${exact(current)} A`],
    ["Power factor", exact(powerFactor)],
  ];
  return found.filter(([, text]) => text !== MISSING);
}
