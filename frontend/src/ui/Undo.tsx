import { Button } from "@mantine/core";

/** The way back, in the message that tells what was done. */
export function Undo({ undo }: { undo: () => void }) {
  return (
    <Button size="compact-xs" variant="default" onClick={undo}>
      Undo
    </Button>
  );
}
