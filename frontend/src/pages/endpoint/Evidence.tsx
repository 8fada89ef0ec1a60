import { Anchor, Drawer, Group, Skeleton, Stack, Tabs, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api, ask } from "@/api/client";
import { MISSING } from "@/format/number";
import { duration, exactMoment } from "@/format/time";
import { useMay } from "@/session/session";
import { Failure } from "@/ui/Failure";
import { OutcomeBadge } from "@/ui/Outcome";
import type { Attempt } from "./Attempts";
import styles from "./Evidence.module.css";
import { PageText } from "./PageText";
import { Steps } from "./Steps";
import { TryCapture } from "./TryCapture";

type Props = {
  id: string;
  attempt: string | null;
  zone: string | undefined;
  close: () => void;
};

/** What an attempt rests on: picture, page, headers and steps. Its number stands in the address. */
export function Evidence({ id, attempt, zone, close }: Props) {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["attempts", "one", attempt],
    queryFn: () =>
      ask(
        api.GET("/api/v1/attempts/{attempt}", { params: { path: { attempt: Number(attempt) } } }),
      ),
    enabled: attempt !== null,
  });
  return (
    <Drawer
      opened={attempt !== null}
      onClose={close}
      position="right"
      size="min(680px, 100vw)"
      title={`Attempt ${attempt ?? ""}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {error && <Failure what="The attempt could not be read." error={error} retry={refetch} />}
      {attempt !== null && isPending && !error && <Skeleton height={320} radius={8} />}
      {data && <Shown id={id} attempt={data} zone={zone} />}
    </Drawer>
  );
}

type ShownProps = { id: string; attempt: Attempt; zone: string | undefined };
type Part = { name: string; shown: ReactNode };

function Shown({ id, attempt, zone }: ShownProps) {
  const { capture, picture, steps } = attempt;
  const may = useMay();
  const parts: (Part | null | false)[] = [
    picture && { name: "Picture", shown: <Picture picture={picture} zone={zone} /> },
    capture && kept(capture),
    steps && { name: "Steps", shown: <Steps steps={steps} /> },
    capture &&
      may("set-up") && {
        name: "Try a recipe",
        shown: <TryCapture endpoint={id} capture={capture.id} />,
      },
  ];
  const there = parts.filter((part) => part !== null && part !== false);
  return (
    <Stack gap="md">
      <Facts attempt={attempt} zone={zone} />
      {there.length === 0 && (
        <Text c="dimmed">
          Neither a picture nor a page of this attempt is kept, or kept any longer.
        </Text>
      )}
      {there[0] && (
        <Tabs
          defaultValue={there[0].name}
          keepMounted={false}
          classNames={{ panel: styles.panel ?? "" }}
        >
          <Tabs.List>
            {there.map(({ name }) => (
              <Tabs.Tab key={name} value={name}>
                {name}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {there.map(({ name, shown }) => (
            <Tabs.Panel key={name} value={name}>
              {shown}
            </Tabs.Panel>
          ))}
        </Tabs>
      )}
    </Stack>
  );
}

type Capture = NonNullable<Attempt["capture"]>;

function kept({ id, text, headers }: Capture): Part | null {
  if (text === null) return null;
  return {
    name: "Page",
    shown: (
      <Stack gap="md">
        {headers && headers.length > 0 && <Headers headers={headers} />}
        <div>
          <Group justify="space-between" gap="xs" mb={6}>
            <Text size="sm" c="dimmed">
              The page as it is kept, without secrets
            </Text>
            <Anchor size="sm" href={`/api/v1/captures/${id}`} download>
              Download
            </Anchor>
          </Group>
          <PageText text={text} />
        </div>
      </Stack>
    ),
  };
}

function Headers({ headers }: { headers: NonNullable<Capture["headers"]> }) {
  return (
    <dl className={styles.facts} aria-label="Headers">
      {headers.map(({ name, value }) => (
        <div key={`${name}${value}`} style={{ display: "contents" }}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

type PictureProps = { picture: NonNullable<Attempt["picture"]>; zone: string | undefined };

function Picture({ picture, zone }: PictureProps) {
  return (
    <img
      className={styles.picture}
      src={`/api/v1/captures/${picture.id}/picture`}
      alt={`The device's page at ${exactMoment(picture.takenAt, zone)}`}
    />
  );
}

function Facts({ attempt, zone }: { attempt: Attempt; zone: string | undefined }) {
  const { capture, outcome, message, startedAt, milliseconds, transport, runId } = attempt;
  return (
    <dl className={styles.facts}>
      <dt>Outcome</dt>
      <dd>
        <OutcomeBadge outcome={outcome} />
      </dd>
      {message && (
        <>
          <dt>Message</dt>
          <dd>{message}</dd>
        </>
      )}
      <dt>Started</dt>
      <dd>{exactMoment(startedAt, zone)}</dd>
      <dt>Took</dt>
      <dd>
        {duration(milliseconds)}, over {transport}
      </dd>
      <dt>Belongs to</dt>
      <dd>{runId === null ? "no job: read by hand" : `run ${runId} of a job`}</dd>
      {capture && (
        <>
          <dt>Address</dt>
          <dd>{capture.url}</dd>
          <dt>HTTP status</dt>
          <dd>{capture.status ?? MISSING}</dd>
          <dt>SHA-256</dt>
          <dd>{capture.sha256}</dd>
        </>
      )}
    </dl>
  );
}
