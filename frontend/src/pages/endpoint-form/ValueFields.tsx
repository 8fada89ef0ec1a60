import { ActionIcon, Button, Select, SimpleGrid, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import styles from "./EndpointForm.module.css";
import { type EndpointForm, freshKey } from "./form";

const ENGINES = [
  { value: "auto", label: "Whatever is cheapest and works" },
  { value: "http", label: "Plain HTTP only" },
  { value: "browser", label: "Always a browser" },
];
const DECIMALS = [
  { value: "auto", label: "Found by itself" },
  { value: ".", label: "Point: 1,234.5" },
  { value: ",", label: "Comma: 1.234,5" },
];
const FIELDS = [
  { value: "power", label: "Power" },
  { value: "voltage", label: "Voltage" },
  { value: "current", label: "Current" },
  { value: "powerFactor", label: "Power factor" },
];

/** Where the energy register stands on the page, and what else is read with it. */
export function ValueFields({ form }: { form: UseFormReturnType<EndpointForm> }) {
  const read = form.values.fields.map(({ name }) => name);
  const next = FIELDS.find(({ value }) => !read.includes(value));
  return (
    <fieldset className={styles.fieldset}>
      <legend>The number</legend>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="md">
        <TextInput
          label="Energy register (CSS selector)"
          placeholder=".total-consumption"
          required
          {...form.getInputProps("valueSelector")}
        />
        <TextInput
          label="Pattern"
          placeholder="whole text, such as ([0-9.]+)"
          {...form.getInputProps("valuePattern")}
        />
        <TextInput label="Unit" placeholder="as shown, else kWh" {...form.getInputProps("unit")} />
        <Select
          label="Decimal sign"
          data={DECIMALS}
          allowDeselect={false}
          {...form.getInputProps("decimal")}
        />
        <Select
          label="Read by"
          data={ENGINES}
          allowDeselect={false}
          {...form.getInputProps("engine")}
        />
      </SimpleGrid>
      {form.values.fields.map((field, place) => (
        <FieldInputs key={field.key} place={place} form={form} />
      ))}
      {next && (
        <Button
          mt="sm"
          size="xs"
          variant="default"
          leftSection={<IconPlus aria-hidden size={15} />}
          onClick={() =>
            form.insertListItem("fields", {
              key: freshKey(),
              name: next.value,
              selector: "",
              unit: "",
            })
          }
        >
          Read another value
        </Button>
      )}
    </fieldset>
  );
}

type RowProps = { place: number; form: UseFormReturnType<EndpointForm> };

function FieldInputs({ place, form }: RowProps) {
  const name = form.values.fields[place]?.name ?? "";
  const known = FIELDS.some((field) => field.value === name);
  const data = known || !name ? FIELDS : [...FIELDS, { value: name, label: name }];
  return (
    <fieldset className={styles.field} aria-label={`Value ${place + 2}`}>
      <Select
        size="xs"
        aria-label="Value"
        data={data}
        allowDeselect={false}
        {...form.getInputProps(`fields.${place}.name`)}
      />
      <TextInput
        size="xs"
        className={styles.line ?? ""}
        aria-label="Its CSS selector"
        placeholder="CSS selector"
        {...form.getInputProps(`fields.${place}.selector`)}
      />
      <TextInput
        size="xs"
        className={styles.line ?? ""}
        aria-label="Its unit"
        placeholder="Unit as shown"
        {...form.getInputProps(`fields.${place}.unit`)}
      />
      <ActionIcon
        className={styles.tools ?? ""}
        variant="subtle"
        color="gray"
        aria-label="Do not read this value"
        onClick={() => form.removeListItem("fields", place)}
      >
        <IconTrash aria-hidden size={16} />
      </ActionIcon>
    </fieldset>
  );
}
