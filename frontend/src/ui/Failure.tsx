import { Alert, Button, Group } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { reason } from "@/api/error";

/** As calm as the page around it: the colour is that of the state, the ground hardly has any. */
export const ALARM = {
  root: {
    background: "color-mix(in srgb, var(--wl-failing) var(--wl-tint), var(--wl-surface))",
    border: "1px solid color-mix(in srgb, var(--wl-failing) 40%, var(--wl-surface))",
  },
  icon: { color: "var(--wl-failing)" },
  title: { color: "var(--wl-failing)" },
  message: { color: "var(--wl-text)" },
};

type Props = {
  error: unknown;
  /** What failed, as a sentence: "The report could not be read." */
  what?: string;
  retry?: (() => unknown) | undefined;
  /** What the other try is called. */
  retryWord?: string;
  isTrying?: boolean;
};

/** What failed, why, and another try. */
export function Failure({ error, what, retry, retryWord = "Try again", isTrying }: Props) {
  return (
    <Alert
      role="alert"
      color="red"
      icon={<IconAlertTriangle aria-hidden size={18} />}
      title={what}
      styles={ALARM}
    >
      <Group justify="space-between" gap="sm">
        <span>{reason(error)}</span>
        {retry && (
          <Button
            size="compact-sm"
            variant="default"
            loading={isTrying ?? false}
            onClick={() => retry()}
          >
            {retryWord}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
