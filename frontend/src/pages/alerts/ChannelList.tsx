import { Button, Group, Skeleton } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconEdit,
  IconTrash,
} from "@tabler/icons-react";
import { zoned } from "@/format/time";
import { Ago } from "@/ui/Ago";
import { confirmOnce } from "@/ui/confirm";
import { MoreMenu } from "@/ui/MoreMenu";
import { Badge } from "@/ui/Status";
import { useZones } from "@/ui/useZone";
import styles from "./Alerts.module.css";
import { type Channel, toldOf, useEnable, useRemove, useTry, wayOf } from "./channels";

type Props = {
  list: {
    rows: Channel[];
    isPending: boolean;
    hasMore: boolean;
    isReadingMore: boolean;
    more: () => unknown;
  };
  canChange: boolean;
  edit: (channel: Channel) => void;
};

/** The channels: where each leads, what it is told of, and how its last message went. */
export function ChannelList({ list, canChange, edit }: Props) {
  return (
    <>
      <ul className={styles.list} aria-label="Channels" aria-busy={list.isPending}>
        {list.isPending
          ? [1, 2, 3].map((each) => (
              <li key={each}>
                <Skeleton height={20} width={90} radius={10} />
                <div className={styles.body}>
                  <Skeleton height={14} width="30%" mb={8} />
                  <Skeleton height={14} width="60%" />
                </div>
              </li>
            ))
          : list.rows.map((channel) => (
              <li key={channel.id}>
                <State channel={channel} />
                <What channel={channel} />
                {canChange && <Actions channel={channel} edit={edit} />}
              </li>
            ))}
      </ul>
      {list.hasMore && (
        <Button variant="default" loading={list.isReadingMore} onClick={() => list.more()}>
          Show more
        </Button>
      )}
    </>
  );
}

function State({ channel }: { channel: Channel }) {
  if (!channel.enabled) return <Badge tone="disabled" icon={IconCircleMinus} word="Off" />;
  if (channel.lastError) return <Badge tone="failing" icon={IconAlertTriangle} word="Failing" />;
  if (channel.lastSentAt) return <Badge tone="ok" icon={IconCircleCheck} word="Works" />;
  return <Badge tone="disabled" icon={IconCircleDashed} word="Not used yet" />;
}

function What({ channel }: { channel: Channel }) {
  const { name, lastError, lastSentAt, nextTryAt, enabled } = channel;
  const zone = useZones()(channel.siteId);
  return (
    <div className={styles.body}>
      <p>
        <b>{name}</b>
        <span className="dim"> · {wayOf(channel)}</span>
      </p>
      <p>{toldOf(channel)}</p>
      {lastError && (
        <p className={styles.error}>
          {lastError}
          {enabled && nextTryAt && ` Next try: ${zoned(nextTryAt, zone)}.`}
        </p>
      )}
      {lastSentAt && (
        <p className="dim">
          Last message: <Ago at={lastSentAt} />
        </p>
      )}
    </div>
  );
}

function Actions({ channel, edit }: { channel: Channel; edit: (channel: Channel) => void }) {
  const trial = useTry();
  const enable = useEnable();
  const remove = useRemove();
  const { name, enabled } = channel;
  const confirm = () =>
    confirmOnce({
      title: `Delete the channel ${name}?`,
      children: "It is told of nothing more, and its address is forgotten. This cannot be undone.",
      labels: { confirm: "Delete", cancel: "Keep it" },
      onConfirm: () => remove.mutate(channel),
    });
  return (
    <Group gap={6} wrap="nowrap" align="start">
      <Button
        size="compact-xs"
        variant="default"
        loading={trial.isPending}
        aria-label={`Send a test to ${name}`}
        onClick={() => trial.mutate(channel)}
      >
        Test
      </Button>
      <MoreMenu
        label={`More for ${name}`}
        choices={[
          { word: "Change", icon: IconEdit, choose: () => edit(channel) },
          {
            word: enabled ? "Turn off" : "Turn on",
            icon: enabled ? IconCircleMinus : IconCircleCheck,
            choose: () => enable.mutate({ channel, enabled: !enabled }),
          },
          { word: "Delete", icon: IconTrash, choose: confirm },
        ]}
      />
    </Group>
  );
}
