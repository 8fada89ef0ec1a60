import { Anchor, Collapse, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAlertTriangle, IconChevronDown, IconHandStop } from "@tabler/icons-react";
import { Link } from "react-router";
import { count } from "@/format/number";
import { heldReadings } from "@/pages/endpoint/address";
import { Badge } from "@/ui/Status";
import styles from "./Reports.module.css";
import { type Finding, useFindings } from "./report";

const MOST = 200;

/** What to look at before the month is closed. */
export function Findings({ month }: { month: string }) {
  const { data = [] } = useFindings(month);
  const [isOpen, { toggle }] = useDisclosure(false);
  if (data.length === 0) return null;
  const blocking = data.filter((finding) => finding.blocks).length;
  return (
    <section className={styles.findings} aria-label="What puts bills at risk">
      <UnstyledButton className={styles.summary ?? ""} onClick={toggle} aria-expanded={isOpen}>
        <IconAlertTriangle aria-hidden size={17} />
        <span>
          <b>{count(data.length)}</b> {data.length === 1 ? "thing" : "things"} to look at before
          this month is closed{blockingWords(blocking, data.length)}
        </span>
        <IconChevronDown aria-hidden size={16} className={styles.chevron ?? ""} />
      </UnstyledButton>
      <Collapse expanded={isOpen}>
        <ul className={styles.list}>
          {data.slice(0, MOST).map((finding) => (
            <Row key={`${finding.kind}-${finding.meterId}-${finding.clientId}`} finding={finding} />
          ))}
        </ul>
        {data.length > MOST && (
          <p className={styles.rest}>and {count(data.length - MOST)} more, see Alerts</p>
        )}
      </Collapse>
    </section>
  );
}

function blockingWords(blocking: number, all: number): string {
  if (blocking === 0) return "";
  if (all === 1) return ", and it blocks that";
  if (blocking === all) return ", and all of them block that";
  return `, ${count(blocking)} of them ${blocking === 1 ? "blocks" : "block"} that`;
}

function Row({ finding }: { finding: Finding }) {
  return (
    <li>
      {finding.blocks ? (
        <Badge tone="failing" icon={IconHandStop} word="Blocks" />
      ) : (
        <Badge tone="high" icon={IconAlertTriangle} word="Look" />
      )}
      <span>
        <Anchor component={Link} to={`/endpoints/${finding.endpointId}`}>
          {finding.endpoint}
        </Anchor>
        {finding.client && <span className="dim"> · {finding.client}</span>}
        <br />
        {finding.sentence}
        {finding.kind === "held" && (
          <>
            {" "}
            <Anchor component={Link} to={heldReadings(finding.endpointId, finding.meter)}>
              To the readings
            </Anchor>
          </>
        )}
      </span>
    </li>
  );
}
