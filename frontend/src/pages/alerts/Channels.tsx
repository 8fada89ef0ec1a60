import { Button, Group } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { api, askWhole } from "@/api/client";
import { usePages } from "@/api/pages";
import { useMay } from "@/session/session";
import { Empty } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import styles from "./Alerts.module.css";
import { ChannelDialog, EditChannel } from "./ChannelDialog";
import { ChannelList } from "./ChannelList";

const EVERY = 15_000;

/** Who is told of alerts, and how that goes. */
export function Channels() {
  const canChange = useMay()("set-up");
  const [isAdding, setAdding] = useState(false);
  const [edited, setEdited] = useState<string | null>(null);
  const list = usePages(
    ["channels"],
    (cursor) =>
      askWhole(
        api.GET("/api/v1/channels", {
          params: { query: { limit: 200, ...(cursor && { cursor }) } },
        }),
      ),
    { refetchInterval: EVERY },
  );
  const add = () => setAdding(true);
  return (
    <>
      <Group justify="space-between" mb="md" gap="sm">
        <span className={styles.note}>
          Who gets a message when an alert lasts, and one when it is over.
        </span>
        {canChange && !list.isEmpty && (
          <Button size="xs" leftSection={<IconPlus aria-hidden size={15} />} onClick={add}>
            Add channel
          </Button>
        )}
      </Group>
      {list.error && (
        <Failure what="The channels could not be read." error={list.error} retry={list.retry} />
      )}
      {list.isEmpty && (
        <Empty action={canChange && <Button onClick={add}>Add the first one</Button>}>
          Nobody is told of alerts yet: by mail, chat or a program of yours.
        </Empty>
      )}
      {list.isShown && (
        <ChannelList list={list} canChange={canChange} edit={(channel) => setEdited(channel.id)} />
      )}
      {isAdding && <ChannelDialog onClose={() => setAdding(false)} />}
      {edited && <EditChannel key={edited} id={edited} onClose={() => setEdited(null)} />}
    </>
  );
}
