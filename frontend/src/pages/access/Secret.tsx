import { Alert, Button, CopyButton, Group, Text, TextInput } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";

type Props = { label: string; value: string; children: string };

/** A link or token that is shown once. */
export function Secret({ label, value, children }: Props) {
  return (
    <Alert color="cyan" styles={{ message: { color: "var(--wl-text)" } }}>
      <Text size="sm" mb="sm">
        {children}
      </Text>
      <Group align="end" gap="sm">
        <TextInput
          label={label}
          value={value}
          readOnly
          flex="1 1 240px"
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              onClick={copy}
              leftSection={
                copied ? <IconCheck aria-hidden size={16} /> : <IconCopy aria-hidden size={16} />
              }
            >
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Alert>
  );
}
