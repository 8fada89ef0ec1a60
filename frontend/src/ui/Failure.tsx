import { Alert, Button, Group } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { reason } from "@/api/error";

type Props = {
  error: unknown;
  /** What failed, as a sentence: "The report could not be read." */
  what?: string;
  retry?: (() => unknown) | undefined;
};

/** What failed, why, and another try. */
export function Failure({ error, what, retry }: Props) {
  return (
    <Alert
      role="alert"
      color="red"
      icon={<IconAlertTriangle aria-hidden size={18} />}
      title={what}
      styles={{ message: { color: "var(--wl-text)" }, title: { color: "var(--wl-failing)" } }}
    >
      <Group justify="space-between" gap="sm">
        <span>{reason(error)}</span>
        {retry && (
          <Button size="compact-sm" variant="default" onClick={() => retry()}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  );
}
