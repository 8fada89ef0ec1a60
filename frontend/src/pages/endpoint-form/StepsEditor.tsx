import { ActionIcon, Button, Group, Select, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import {
  IconArrowDown,
  IconArrowUp,
  IconPlayerPlay,
  IconPlus,
  IconTrash,
} from "@tabler/icons-react";
import styles from "./EndpointForm.module.css";
import { type EndpointForm, freshKey, type StepKind, type StepRow } from "./form";

type Words = { word: string; first: string; firstHint: string; second?: string };

const KINDS: Record<StepKind, Words> = {
  navigate: { word: "Open a page", first: "Address", firstHint: "/status.htm" },
  click: { word: "Click", first: "What (CSS selector)", firstHint: "#tab-energy" },
  type: { word: "Type", first: "Where (CSS selector)", firstHint: "#user", second: "Text" },
  select: { word: "Choose", first: "List (CSS selector)", firstHint: "#outlet", second: "Value" },
  wait: {
    word: "Wait",
    first: "For (CSS selector)",
    firstHint: ".value",
    second: "or milliseconds",
  },
};

const CHOICES = Object.entries(KINDS).map(([value, { word }]) => ({ value, label: word }));

type Props = {
  form: UseFormReturnType<EndpointForm>;
  /** Tries the first so many steps and shows the page then. */
  tryUntil: (steps: number) => void;
  isTrying: boolean;
};

/** The steps from the device's first page to the one with the number, as rows. */
export function StepsEditor({ form, tryUntil, isTrying }: Props) {
  const { steps } = form.values;
  const add = () =>
    form.insertListItem("steps", { key: freshKey(), kind: "navigate", first: "", second: "" });
  return (
    <fieldset className={styles.fieldset}>
      <legend>Steps</legend>
      <p className={styles.hint}>
        What to do after logging in, before the number is on the page. Most meters need none.
      </p>
      {steps.map((step, place) => (
        <StepInputs
          key={step.key}
          step={step}
          place={place}
          count={steps.length}
          form={form}
          tryUntil={tryUntil}
          isTrying={isTrying}
        />
      ))}
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPlus aria-hidden size={15} />}
        onClick={add}
      >
        Add a step
      </Button>
    </fieldset>
  );
}

type RowProps = Props & { step: StepRow; place: number; count: number };

function StepInputs({ step, place, count, form, tryUntil, isTrying }: RowProps) {
  const words = KINDS[step.kind];
  const move = (to: number) => form.reorderListItem("steps", { from: place, to });
  const name = `Step ${place + 1}`;
  return (
    <fieldset className={styles.step} aria-label={name}>
      <span className={styles.number} aria-hidden>
        {place + 1}
      </span>
      <Select
        size="xs"
        aria-label={`${name}: what to do`}
        data={CHOICES}
        allowDeselect={false}
        {...form.getInputProps(`steps.${place}.kind`)}
      />
      <TextInput
        size="xs"
        className={styles.line ?? ""}
        aria-label={`${name}: ${words.first}`}
        placeholder={`${words.first}, such as ${words.firstHint}`}
        {...form.getInputProps(`steps.${place}.first`)}
      />
      {words.second ? (
        <TextInput
          size="xs"
          className={styles.line ?? ""}
          aria-label={`${name}: ${words.second}`}
          placeholder={words.second}
          {...form.getInputProps(`steps.${place}.second`)}
        />
      ) : (
        <span className={styles.none} />
      )}
      <Group className={styles.tools ?? ""} gap={2} wrap="nowrap" justify="flex-end">
        <ActionIcon
          variant="subtle"
          aria-label={`Try up to step ${place + 1}`}
          title="Try up to here"
          loading={isTrying}
          onClick={() => tryUntil(place + 1)}
        >
          <IconPlayerPlay aria-hidden size={16} />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Move step ${place + 1} up`}
          disabled={place === 0}
          onClick={() => move(place - 1)}
        >
          <IconArrowUp aria-hidden size={16} />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Move step ${place + 1} down`}
          disabled={place === count - 1}
          onClick={() => move(place + 1)}
        >
          <IconArrowDown aria-hidden size={16} />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Remove step ${place + 1}`}
          onClick={() => form.removeListItem("steps", place)}
        >
          <IconTrash aria-hidden size={16} />
        </ActionIcon>
      </Group>
    </fieldset>
  );
}
