import { Button, Group } from "@mantine/core";
import { useCallback } from "react";
import { useBeforeUnload, useBlocker } from "react-router";
import { Dialog } from "./Dialog";

/** Asks before a page is left on which something was typed that is not saved. */
export function Leaving({ when }: { when: boolean }) {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      when && currentLocation.pathname !== nextLocation.pathname,
  );
  useBeforeUnload(
    useCallback(
      (event: BeforeUnloadEvent) => {
        if (when) event.preventDefault();
      },
      [when],
    ),
  );
  if (blocker.state !== "blocked") return null;
  return (
    <Dialog title="Leave without saving?" onClose={() => blocker.reset()}>
      What you typed on this page is not kept.
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={() => blocker.reset()} data-autofocus>
          Stay
        </Button>
        <Button color="red" onClick={() => blocker.proceed()}>
          Leave
        </Button>
      </Group>
    </Dialog>
  );
}
