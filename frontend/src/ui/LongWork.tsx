import { Alert, Group, Progress, Text } from "@mantine/core";
import type { HowFar } from "@/api/watch";
import { count } from "@/format/number";
import { Failure } from "./Failure";

type Props = {
  work: { isPending: boolean; isCancelled: boolean; error: Error | null; howFar: HowFar | null };
  /** What is counted, such as "clients". */
  what: string;
  /** That it failed, as a sentence. */
  failed: string;
  /** What is there of it where it was cancelled. */
  kept: string;
};

/** How far long work is; and where it did not come to its end, why, and what is there of it. */
export function LongWork({ work, what, failed, kept }: Props) {
  if (work.isPending) return <Bar of={work.howFar} what={what} />;
  if (work.isCancelled) {
    return (
      <Alert role="status" color="gray" title="It was cancelled.">
        {kept}
      </Alert>
    );
  }
  return work.error && <Failure what={failed} error={work.error} />;
}

function Bar({ of: howFar, what }: { of: HowFar | null; what: string }) {
  const { done, total } = howFar ?? { done: 0, total: 0 };
  return (
    <Group role="status" wrap="nowrap">
      <Text size="sm" style={{ whiteSpace: "nowrap" }}>
        {howFar ? `${count(done)} of ${count(total)} ${what}` : "It has begun…"}
      </Text>
      <Progress
        flex={1}
        value={total > 0 ? (done / total) * 100 : 100}
        animated={!howFar}
        aria-label={`How many ${what} are done`}
      />
    </Group>
  );
}
