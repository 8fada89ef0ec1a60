import { Autocomplete, Button, CloseButton, Group, Modal, Progress, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { reason } from "@/api/error";
import { queries } from "@/app/queries";
import { count, counted } from "@/format/number";
import { useClientNames } from "@/live/useClientNames";
import { Failure } from "@/ui/Failure";
import { Undo } from "@/ui/Undo";
import { type Action, actOnAll, type Order, type Outcome } from "./bulk";
import styles from "./Endpoints.module.css";
import type { Selection } from "./selection";

const DONE: Record<Action, string> = {
  enable: "enabled",
  disable: "disabled",
  assign: "assigned",
  delete: "deleted",
  restore: "restored",
};

/** What can be done with the endpoints that are chosen; deleting can be undone. */
export function BulkBar({ selection }: { selection: Selection }) {
  const [isAssigning, assigning] = useDisclosure(false);
  const [behind, setBehind] = useState(0);
  const isStopped = useRef(false);
  // The second click of two comes before the first is seen to be pending.
  const isRunning = useRef(false);
  const ids = [...selection.ids];
  const bulk = useMutation({
    mutationFn: (order: Order) => {
      isStopped.current = false;
      return actOnAll(order, (count) => {
        setBehind(count);
        return !isStopped.current;
      });
    },
    onSettled: () => {
      isRunning.current = false;
    },
    onSuccess: (outcome, order) => {
      queries.invalidateQueries({ queryKey: ["endpoints"] });
      selection.choose(outcome.left);
      assigning.close();
      tell(outcome, order);
    },
  });
  if (ids.length === 0) return null;
  const stop = () => {
    isStopped.current = true;
  };
  if (bulk.isPending && !isAssigning) {
    return <Progressing behind={behind} all={ids.length} stop={stop} />;
  }
  const run = (action: Action) => {
    if (isRunning.current) return;
    isRunning.current = true;
    bulk.mutate({ action, ids });
  };
  return (
    <div className={styles.bulk} role="toolbar" aria-label="With the chosen endpoints">
      <Text size="sm" fw={600}>
        {count(ids.length)} chosen
      </Text>
      <Group gap={6}>
        <Button size="compact-sm" variant="default" onClick={() => run("enable")}>
          Enable
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => run("disable")}>
          Disable
        </Button>
        <Button size="compact-sm" variant="default" onClick={assigning.open}>
          Assign to a client
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => run("delete")}>
          Delete
        </Button>
      </Group>
      <CloseButton
        className={styles.none ?? ""}
        aria-label="Choose none"
        onClick={selection.clear}
      />
      {bulk.error && !isAssigning && <Failure error={bulk.error} />}
      <Modal opened={isAssigning} onClose={assigning.close} title="Assign to a client">
        <AssignForm
          many={ids.length}
          error={bulk.error}
          isPending={bulk.isPending}
          assign={(client) => bulk.mutate({ action: "assign", ids, client })}
        />
      </Modal>
    </div>
  );
}

type ProgressProps = { behind: number; all: number; stop: () => void };

/** How far it is; what is done stays done when it is cancelled. */
function Progressing({ behind, all, stop }: ProgressProps) {
  const [isStopping, setStopping] = useState(false);
  const cancel = () => {
    setStopping(true);
    stop();
  };
  return (
    <div className={styles.bulk} role="status">
      <Text size="sm" fw={600}>
        {count(behind)} of {count(all)}
      </Text>
      <Progress
        flex={1}
        miw={80}
        value={(behind / all) * 100}
        aria-label="How many of the chosen endpoints are done"
      />
      <Button size="compact-sm" variant="default" onClick={cancel} loading={isStopping}>
        Cancel
      </Button>
    </div>
  );
}

type AssignProps = {
  many: number;
  error: unknown;
  isPending: boolean;
  assign: (client: string) => void;
};

function AssignForm({ many, error, isPending, assign }: AssignProps) {
  const [client, setClient] = useState("");
  const known = useClientNames();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        assign(client.trim());
      }}
    >
      <Text size="sm" c="dimmed" mb="md">
        From now on the energy of {counted(many, "endpoint")} is the client's; what was before stays
        whose it was.
      </Text>
      <Autocomplete
        label="Client"
        description="A new name makes a new client."
        data={known}
        limit={20}
        value={client}
        onChange={setClient}
        required
        data-autofocus
      />
      {error !== null && <Failure error={error} />}
      <Group justify="flex-end" mt="md">
        <Button type="submit" loading={isPending} disabled={!client.trim()}>
          Assign
        </Button>
      </Group>
    </form>
  );
}

/** Says what became of it, with a way back from deleting. */
function tell({ done, refused, left, error }: Outcome, { action }: Order): void {
  const [first] = refused;
  const parts = [
    `${counted(done.length, "endpoint")} ${DONE[action]}`,
    first && `${count(refused.length)} not: ${first.message}`,
    left.length > 0 && `${count(left.length)} left as they are`,
  ];
  const failed = error === undefined ? "" : `. ${reason(error)}`;
  const id = notifications.show({
    ...(error !== undefined && { color: "red" }),
    autoClose: action === "delete" ? 30_000 : 6_000,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <span>
          {parts.filter(Boolean).join(", ")}
          {failed}
        </span>
        {action === "delete" && done.length > 0 && <Undo undo={() => undo(done, id)} />}
      </Group>
    ),
  });
}

async function undo(ids: readonly string[], notification: string): Promise<void> {
  notifications.hide(notification);
  const all = counted(ids.length, "endpoint");
  const shown = notifications.show({
    message: `Restoring ${all}…`,
    loading: true,
    autoClose: false,
  });
  const outcome = await actOnAll({ action: "restore", ids }, () => true).catch(
    (error): Outcome => ({ done: [], refused: [], left: ids, error }),
  );
  notifications.hide(shown);
  void queries.invalidateQueries({ queryKey: ["endpoints"] });
  const { done, left, error } = outcome;
  if (done.length > 0)
    notifications.show({ message: `${counted(done.length, "endpoint")} restored` });
  if (left.length === 0) return;
  // The way back stays until it was gone or put away.
  const again = notifications.show({
    color: "red",
    autoClose: false,
    title: `${count(left.length)} not restored`,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <span>{reason(error)}</span>
        <Undo undo={() => undo(left, again)} />
      </Group>
    ),
  });
}
