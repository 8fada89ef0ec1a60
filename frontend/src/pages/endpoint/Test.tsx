import { Button, Group, Loader, Modal, Text } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "@/api/client";
import { Failure } from "@/ui/Failure";
import { TrialView } from "./TrialView";

/** Reads the device now and shows how it went; nothing of it is stored. */
export function Test({ id }: { id: string }) {
  const [isOpen, setOpen] = useState(false);
  const test = useMutation({
    mutationFn: () =>
      ask(api.POST("/api/v1/endpoints/{endpoint}/test", { params: { path: { endpoint: id } } })),
  });
  const begin = () => {
    setOpen(true);
    test.mutate();
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
        {test.isPending && (
          <Group gap="sm" role="status">
            <Loader size="sm" aria-hidden />
            <Text>Reading the device…</Text>
          </Group>
        )}
        {test.error && <Failure what="It could not be tried." error={test.error} retry={begin} />}
        {test.data && !test.isPending && (
          <>
            <TrialView trial={test.data} />
            <Group justify="space-between" mt="md">
              <Text size="sm" c="dimmed">
                Nothing of it is stored.
              </Text>
              <Button size="xs" variant="default" onClick={begin}>
                Test again
              </Button>
            </Group>
          </>
        )}
      </Modal>
    </>
  );
}
