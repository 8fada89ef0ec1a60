import { Autocomplete, Button, CloseButton, Group, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, type Schemas } from "@/api/client";
import { reason } from "@/api/error";
import { queries } from "@/app/queries";
import { count, counted } from "@/format/number";
import { useClientNames } from "@/live/useClientNames";
import { Failure } from "@/ui/Failure";
import styles from "./Endpoints.module.css";
import type { Selection } from "./selection";

type Action = Schemas["BulkAction"];
type Order = { action: Action; ids: string[]; client?: string };

const DONE: Record<Action, string> = {
  enable: "enabled",
  disable: "disabled",
  assign: "assigned",
  delete: "deleted",
  restore: "restored",
};

function act({ action, ids, client }: Order) {
  return ask(
    api.POST("/api/v1/endpoints/bulk", {
      body: { action, ids, dryRun: false, ...(client && { client }) },
    }),
  );
}

/** What can be done with the endpoints that are chosen; deleting can be undone. */
export function BulkBar({ selection }: { selection: Selection }) {
  const [isAssigning, assigning] = useDisclosure(false);
  const ids = [...selection.ids];
  const bulk = useMutation({
    mutationFn: act,
    onSuccess: (result, order) => {
      queries.invalidateQueries({ queryKey: ["endpoints"] });
      selection.clear();
      assigning.close();
      tell(result, order);
    },
  });
  if (ids.length === 0) return null;
  const run = (action: Action) => bulk.mutate({ action, ids });
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
function tell(result: Schemas["BulkOutput"], order: Order): void {
  const refused = result.results.find((each) => !each.done);
  const done = result.results.filter((each) => each.done).map((each) => each.id);
  const id = notifications.show({
    autoClose: order.action === "delete" ? 15_000 : 6_000,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <span>
          {counted(result.done, "endpoint")} {DONE[order.action]}
          {refused && `, ${count(result.refused)} not: ${refused.message}`}
        </span>
        {order.action === "delete" && done.length > 0 && <Undo undo={() => undo(done, id)} />}
      </Group>
    ),
  });
}

async function undo(ids: string[], notification: string): Promise<void> {
  notifications.hide(notification);
  try {
    const result = await act({ action: "restore", ids });
    notifications.show({ message: `${counted(result.done, "endpoint")} restored` });
    await queries.invalidateQueries({ queryKey: ["endpoints"] });
  } catch (error) {
    // The way back stays until it was gone or put away.
    const again = notifications.show({
      color: "red",
      autoClose: false,
      title: `${count(ids.length)} not restored`,
      message: (
        <Group justify="space-between" wrap="nowrap">
          <span>{reason(error)}</span>
          <Undo undo={() => undo(ids, again)} />
        </Group>
      ),
    });
  }
}

function Undo({ undo: back }: { undo: () => void }) {
  return (
    <Button size="compact-xs" variant="default" onClick={back}>
      Undo
    </Button>
  );
}
