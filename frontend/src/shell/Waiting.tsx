import { Skeleton, Stack } from "@mantine/core";

/** A page whose code is on its way: the outline that all pages share. */
export function Waiting() {
  return (
    <Stack gap={16} role="status" aria-busy="true" aria-label="Loading">
      <Skeleton height={32} width={220} />
      <Skeleton height={92} radius={10} />
      <Skeleton height={320} radius={10} />
    </Stack>
  );
}
