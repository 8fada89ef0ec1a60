import { Anchor, Drawer, Group, Skeleton, Stack, Text } from "@mantine/core";
import type { Schemas } from "@/api/client";
import { duration, exactMoment } from "@/format/time";
import { useMay } from "@/session/session";
import { Failure } from "@/ui/Failure";
import styles from "./Evidence.module.css";
import { OutcomeBadge } from "./Outcome";
import { TryRecipe } from "./TryRecipe";
import { overWhat } from "./transport";
import { useAttempt } from "./useAttempt";

type Props = {
  /** The read whose evidence is shown; none closes the drawer. */
  attemptId: number | null;
  close: () => void;
  zone: string | undefined;
};

/** What a read rests on: when and how it was made, what the device answered, and its picture. */
export function EvidenceDrawer({ attemptId, close, zone }: Props) {
  const { data, error, refetch } = useAttempt(attemptId);
  return (
    <Drawer
      opened={attemptId !== null}
      onClose={close}
      position="right"
      size="min(720px, 100%)"
      title="Evidence of a read"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {error && <Failure what="The evidence could not be read." error={error} retry={refetch} />}
      {!error && !data && <Skeleton height={360} />}
      {data && <Evidence attempt={data} zone={zone} />}
    </Drawer>
  );
}

type Attempt = Schemas["AttemptOutput"];

function Evidence({ attempt, zone }: { attempt: Attempt; zone: string | undefined }) {
  const { capture } = attempt;
  const may = useMay();
  return (
    <Stack gap="md">
      <Group gap="sm">
        <OutcomeBadge outcome={attempt.outcome} />
        <Text fw={600}>{attempt.endpointName}</Text>
      </Group>
      {attempt.message && <Text>{attempt.message}</Text>}
      <dl className={styles.facts}>
        <dt>Read at</dt>
        <dd>{exactMoment(attempt.startedAt, zone)}</dd>
        <dt>Took</dt>
        <dd>{duration(attempt.milliseconds)}</dd>
        <dt>By</dt>
        <dd>{overWhat(attempt.transport)}</dd>
        <dt>Read number</dt>
        <dd>{attempt.id}</dd>
      </dl>
      <Steps steps={attempt.steps} />
      <Picture attempt={attempt} />
      <Answer capture={capture} zone={zone} />
      {capture && may("set-up") && <TryRecipe endpoint={attempt.endpointId} capture={capture.id} />}
    </Stack>
  );
}

function Steps({ steps }: Pick<Attempt, "steps">) {
  if (!steps?.length) return null;
  const longest = Math.max(1, ...steps.map(({ milliseconds }) => milliseconds));
  return (
    <section>
      <h3 className={styles.head}>Steps</h3>
      <ol className={styles.steps}>
        {steps.map(({ label, milliseconds }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps have no other name than their place
          <li key={place}>
            <span className={styles.label}>{label}</span>
            <span className={styles.bar} aria-hidden>
              <span style={{ width: `${(milliseconds / longest) * 100}%` }} />
            </span>
            <span className="dim">{duration(milliseconds)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Picture({ attempt: { picture } }: { attempt: Attempt }) {
  if (!picture) return null;
  const source = `/api/v1/captures/${picture.id}/picture`;
  return (
    <section>
      <h3 className={styles.head}>Picture</h3>
      <a href={source} target="_blank" rel="noreferrer">
        <img className={styles.picture} src={source} alt="The device's page as it was read" />
      </a>
      <Text size="xs" c="dimmed" className={styles.hash}>
        SHA-256 {picture.sha256}
      </Text>
    </section>
  );
}

function Answer({ capture, zone }: Pick<Attempt, "capture"> & { zone: string | undefined }) {
  if (!capture) {
    return (
      <Text size="sm" c="dimmed">
        The device's answer was not kept for this read.
      </Text>
    );
  }
  return (
    <section>
      <h3 className={styles.head}>What the device answered</h3>
      <dl className={styles.facts}>
        <dt>Address</dt>
        <dd>{capture.url}</dd>
        <dt>Status</dt>
        <dd>{capture.status ?? "–"}</dd>
        <dt>Kept at</dt>
        <dd>{exactMoment(capture.takenAt, zone)}</dd>
      </dl>
      <Headers headers={capture.headers} />
      {capture.text && (
        <section
          className={styles.text}
          aria-label="The page as text"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it
          tabIndex={0}
        >
          <pre>{capture.text}</pre>
        </section>
      )}
      <Text size="xs" c="dimmed" className={styles.hash}>
        SHA-256 {capture.sha256} ·{" "}
        <Anchor size="xs" underline="always" href={`/api/v1/captures/${capture.id}`} download>
          Download as it came
        </Anchor>
      </Text>
    </section>
  );
}

type Capture = NonNullable<Attempt["capture"]>;

function Headers({ headers }: Pick<Capture, "headers">) {
  if (!headers?.length) return null;
  return (
    <details className={styles.headers}>
      <summary>Headers</summary>
      <dl className={styles.facts}>
        {headers.map(({ name, value }) => (
          <div key={`${name}${value}`} className={styles.fact}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
