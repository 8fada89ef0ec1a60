import { Button, Checkbox, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { Schemas } from "@/api/client";
import { useWatched } from "@/api/useWatched";
import { queries } from "@/app/queries";
import { monthName } from "@/format/time";
import { LongWork } from "@/ui/LongWork";
import { ClosedClients } from "./ClosedClients";
import { closeMonth, type Report } from "./report";

type Props = { opened: boolean; onClose: () => void; month: string; report: Report };
type Order = { clientId: string | null; acceptEstimates: boolean; reason: string };

const TOUCHED = ["reports", "statements", "alerts"];
const INITIAL: Order = { clientId: null, acceptEstimates: false, reason: "" };

/** Closing a month: its statements are sealed, and do not change any more. */
export function CloseDialog({ opened, onClose, month, report }: Props) {
  const form = useForm<Order>({
    initialValues: INITIAL,
    validate: {
      reason: (reason, { acceptEstimates }) =>
        acceptEstimates && !reason.trim() ? "Say why: it is printed on the statement." : null,
    },
  });
  const close = useWatched(
    (order: Order, tell, signal) => closeMonth(month, order, tell, signal),
    () => {
      for (const name of TOUCHED) void queries.invalidateQueries({ queryKey: [name] });
    },
  );
  const leave = () => {
    close.cancel();
    onClose();
    close.reset();
    form.reset();
  };
  const open = report.clients.filter((client) => client.state !== "closed");
  return (
    <Modal opened={opened} onClose={leave} title={`Close ${monthName(month)}`} size="lg">
      {close.data ? (
        <Done clients={close.data} leave={leave} />
      ) : (
        <form onSubmit={form.onSubmit((order) => close.mutate(order))}>
          <Stack gap="md">
            <Text size="sm" c="dimmed">
              Each client's statement is frozen and sealed with a hash. Clients whose figures are in
              doubt stay open, and you are told why.
            </Text>
            <Select
              label="Client"
              placeholder={`All ${open.length} that are not closed`}
              data={open.map(({ clientId, client }) => ({ value: clientId, label: client }))}
              searchable
              clearable
              {...form.getInputProps("clientId")}
            />
            <Checkbox
              label="Accept estimates"
              description="Also close what rests on estimated energy."
              {...form.getInputProps("acceptEstimates", { type: "checkbox" })}
            />
            <TextInput
              label="Reason"
              description="Kept with the statement; needed where estimates are accepted."
              {...form.getInputProps("reason")}
            />
            <LongWork
              work={close}
              what="clients"
              failed="The month was not closed."
              kept="Clients that were closed by then stay so."
            />
            <Group justify="flex-end">
              <Button variant="default" onClick={close.isPending ? close.cancel : leave}>
                Cancel
              </Button>
              <Button type="submit" loading={close.isPending}>
                Close month
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

function Done({ clients, leave }: { clients: Schemas["ClientCloseOutput"][]; leave: () => void }) {
  return (
    <Stack gap="md">
      <ClosedClients clients={clients} />
      <Group justify="flex-end">
        <Button onClick={leave}>Done</Button>
      </Group>
    </Stack>
  );
}
