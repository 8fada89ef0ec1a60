import { Anchor, Drawer, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { EvidenceDrawer } from "@/evidence/EvidenceDrawer";
import { exact, MISSING, percent } from "@/format/number";
import { exactMoment, zoned } from "@/format/time";
import { Flags } from "./Flags";
import { LinePeak } from "./LinePeak";
import { LineReads } from "./LineReads";
import styles from "./Reports.module.css";
import type { Line } from "./report";
import { Sideways } from "./Sideways";
import { beginning, FLAG, QUALITY } from "./words";

type Props = { month: string; line: Line | null; zone: string | undefined; close: () => void };

/** What one figure of a month rests on: registers, epochs, quality, and every read. */
export function LineDrawer({ month, line, zone, close }: Props) {
  const [attempt, setAttempt] = useState<number | null>(null);
  return (
    <>
      <Drawer
        opened={line !== null}
        onClose={close}
        // What stands before it is closed first.
        closeOnEscape={attempt === null}
        position="right"
        size="min(760px, 100%)"
        title={line && `${line.endpoint}${line.meter === "total" ? "" : ` · ${line.meter}`}`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        {line && (
          <Stack gap="lg">
            <Facts month={month} line={line} zone={zone} />
            <Epochs line={line} zone={zone} />
            <LineReads line={line} zone={zone} open={setAttempt} />
          </Stack>
        )}
      </Drawer>
      <EvidenceDrawer attemptId={attempt} close={() => setAttempt(null)} zone={zone} />
    </>
  );
}

function Facts({ month, line, zone }: { month: string; line: Line; zone: string | undefined }) {
  const parts = Object.entries(line.quality).filter(([, value]) => value);
  return (
    <section>
      <p className={styles.big}>
        {exact(line.kwh)} <span className={styles.unit}>kWh</span>
      </p>
      <dl className={styles.facts}>
        <dt>Client</dt>
        <dd>
          {line.client ?? "serves nobody"}
          {line.sharePercent !== 100 && ` (${exact(line.sharePercent)}% of the meter)`}
        </dd>
        <dt>From</dt>
        <dd>{exactMoment(line.from, zone)}</dd>
        <dt>To</dt>
        <dd>{exactMoment(line.to, zone)}</dd>
        <dt>Opening register</dt>
        <dd>{exact(line.openingKwh)} kWh</dd>
        <dt>Closing register</dt>
        <dd>{exact(line.closingKwh)} kWh</dd>
        <dt>Uncertainty</dt>
        <dd>{line.uncertaintyKwh === null ? MISSING : `± ${exact(line.uncertaintyKwh)} kWh`}</dd>
        <dt>Known as</dt>
        <dd>
          {parts
            .map(([code, value]) => `${exact(value)} kWh ${QUALITY[code] ?? code}`)
            .join(", ") || MISSING}
          {line.measuredPercent !== null && ` (${percent(line.measuredPercent)} measured)`}
        </dd>
        <dt>Peak</dt>
        <dd>
          <LinePeak month={month} line={line} zone={zone} />
        </dd>
      </dl>
      {line.flags.length > 0 && (
        <ul className={styles.notes}>
          {line.flags.map((flag) => (
            <li key={flag}>
              <Flags flags={[flag]} measured={null} /> {FLAG[flag][1]}
            </li>
          ))}
        </ul>
      )}
      <Anchor component={Link} to={`/endpoints/${line.endpointId}`} size="sm">
        To the endpoint
      </Anchor>
    </section>
  );
}

function Epochs({ line, zone }: { line: Line; zone: string | undefined }) {
  if (line.epochs.length === 0) return null;
  return (
    <section>
      <h3 className={styles.head}>The register's runs that the figure rests on</h3>
      <Sideways label="The register's runs">
        <table className={styles.small}>
          <thead>
            <tr>
              <th>Began by</th>
              <th>First read used</th>
              <th data-number>kWh</th>
              <th>Last read used</th>
              <th data-number>kWh</th>
              <th data-number>×</th>
            </tr>
          </thead>
          <tbody>
            {line.epochs.map((epoch) => (
              <tr key={epoch.firstAt}>
                <td>{beginning(epoch.kind)}</td>
                <td>{zoned(epoch.firstAt, zone)}</td>
                <td data-number>{exact(epoch.firstKwh)}</td>
                <td>{zoned(epoch.lastAt, zone)}</td>
                <td data-number>{exact(epoch.lastKwh)}</td>
                <td data-number>{epoch.multiplier}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Sideways>
      {line.breaks.map((gap) => (
        <Text key={gap.startAt} size="sm" c="dimmed" mt={6}>
          Between {zoned(gap.startAt, zone)} and {zoned(gap.endAt, zone)}:{" "}
          {beginning(gap.kind).toLowerCase()},{" "}
          {gap.kwh === null ? "energy not known" : `${exact(gap.kwh)} kWh booked`}.
        </Text>
      ))}
    </section>
  );
}
