import { Button, Group, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Schemas } from "@/api/client";
import { FigureTable } from "@/charts/FigureTable";
import { count, exact, kwh } from "@/format/number";
import { moment, monthName, zoneName } from "@/format/time";
import { Dialog } from "@/ui/Dialog";
import { Failure } from "@/ui/Failure";

export type Changes = Schemas["CorrectionOutput"];

type Send = (dryRun: boolean) => Promise<Changes>;

type Props = {
  title: string;
  /** What the last button says, as "Declare". */
  verb: string;
  /** What is told when it was done. */
  done: string;
  zone: string | undefined;
  send: Send;
  /** Whether all that is needed was filled in. */
  isReady: boolean;
  close: () => void;
  children: ReactNode;
};

/** A change of the ledger in two steps: first what it would change, then the change itself. */
export function Correction(props: Props) {
  const { title, verb, done, zone, send, isReady, close, children } = props;
  const client = useQueryClient();
  const preview = useMutation({ mutationFn: (shownOf: Send) => shownOf(true) });
  const confirm = useMutation({
    mutationFn: (shownOf: Send) => shownOf(false),
    onSuccess: () => {
      // Any figure may rest on it.
      void client.invalidateQueries();
      notifications.show({ message: done });
      close();
    },
  });
  const shown = preview.data;
  const error = confirm.error ?? preview.error;
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    confirm.reset();
    preview.mutate(send);
  };
  const back = () => {
    confirm.reset();
    preview.reset();
  };
  return (
    <Dialog onClose={close} title={title} size="lg">
      {shown ? (
        <Stack gap="md">
          <Told changes={shown} zone={zone} />
          {error && <Failure what="Nothing was changed." error={error} />}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={back}>
              Back
            </Button>
            <Button
              // What was shown is what is done, whatever was typed since.
              onClick={() => confirm.mutate(preview.variables)}
              loading={confirm.isPending}
              data-autofocus
            >
              {verb}
            </Button>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={submit}>
          <Stack gap="md">
            {children}
            {error && <Failure what="This cannot be declared." error={error} />}
            <Group justify="flex-end" gap="sm">
              <Button variant="default" onClick={close}>
                Cancel
              </Button>
              <Button type="submit" disabled={!isReady} loading={preview.isPending}>
                Show what changes
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Dialog>
  );
}

function Told({ changes, zone }: { changes: Changes; zone: string | undefined }) {
  const { readings, readingsChanged, months } = changes;
  return (
    <>
      <Text fw={600}>
        {readingsChanged === 0
          ? "No reading stands otherwise than before."
          : `${count(readingsChanged)} ${readingsChanged === 1 ? "reading stands" : "readings stand"} otherwise than before.`}
      </Text>
      {readings.length > 0 && (
        <FigureTable
          label="Readings that change"
          heads={[`Read at, ${zonesOf(readings, zone)}`, "kWh", "Before", "After"]}
          count={readings.length}
          row={(place) => readingRow(readings[place], zone)}
        />
      )}
      <Text fw={600}>
        {months.length === 0 ? "No month comes to another energy." : "Months of another energy:"}
      </Text>
      {months.length > 0 && (
        <FigureTable
          label="Months that change"
          heads={["Month", "Before, kWh", "After, kWh"]}
          count={months.length}
          row={(place) => monthRow(months[place])}
        />
      )}
    </>
  );
}

function zonesOf(readings: Changes["readings"], zone: string | undefined): string {
  return zoneName(zone, readings[0]?.timestamp, readings.at(-1)?.timestamp);
}

function readingRow(change: Changes["readings"][number] | undefined, zone: string | undefined) {
  if (!change) return [];
  const { timestamp, totalKwh, status, beforeStatus, epoch, beforeEpoch } = change;
  const before = beforeStatus ? state(beforeStatus, beforeEpoch) : "not there";
  return [moment(timestamp, zone), exact(totalKwh), before, state(status, epoch)];
}

function state(status: string, epoch: string | null): string {
  return epoch ? `${status}, ${epoch}` : status;
}

function monthRow(change: Changes["months"][number] | undefined): string[] {
  if (!change) return [];
  return [monthName(change.month), kwh(change.beforeKwh), kwh(change.afterKwh)];
}
