import { Button, Group, Modal, Text } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "@/api/client";
import { TrialResult } from "@/pages/endpoint-form/TrialResult";

/** Reads the device now and shows how it went; no reading is stored. */
export function Test({ id }: { id: string }) {
  const [isOpen, setOpen] = useState(false);
  const queries = useQueryClient();
  const key = ["test", id];
  const test = useMutation({
    mutationKey: key,
    // A login that works here is no refused one any more, and the other way round.
    onSettled: () => queries.invalidateQueries({ queryKey: ["endpoints", id] }),
    mutationFn: () =>
      ask(api.POST("/api/v1/endpoints/{endpoint}/test", { params: { path: { endpoint: id } } })),
  });
  const begin = () => {
    setOpen(true);
    // A double click reads the device once.
    if (queries.isMutating({ mutationKey: key }) === 0) test.mutate();
  };
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPlayerPlay aria-hidden size={15} />}
        onClick={begin}
      >
        Test
      </Button>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title="Test reading" size="lg">
        <TrialResult trial={test.data} isPending={test.isPending} error={test.error} />
        <Group justify="space-between" mt="md">
          <Text size="sm" c="dimmed">
            No reading is stored.
          </Text>
          <Button size="xs" variant="default" onClick={begin} disabled={test.isPending}>
            Test again
          </Button>
        </Group>
      </Modal>
    </>
  );
}
