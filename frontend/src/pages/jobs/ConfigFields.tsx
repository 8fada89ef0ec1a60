import { NumberInput, Select, Stack, Switch, TextInput } from "@mantine/core";
import { useState } from "react";

export type JobConfig = Record<string, unknown>;

type Property = {
  type?: string;
  title?: string;
  description?: string;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  default?: unknown;
};

type Props = {
  /** The JSON schema that the module gives. */
  schema: Record<string, unknown>;
  config: JobConfig;
  change: (config: JobConfig) => void;
};

/** The inputs of a job's config, made from its schema; the server checks it whole. */
export function ConfigFields({ schema, config, change }: Props) {
  const properties = (schema.properties ?? {}) as Record<string, Property>;
  // What was cleared is not sent, and stays clear: its default does not come back between keys.
  const set = (name: string, value: unknown) =>
    change({ ...config, [name]: value === "" ? undefined : value });
  return (
    <Stack gap="md">
      {Object.entries(properties).map(([name, property]) => (
        <Field
          key={name}
          name={name}
          property={property}
          value={name in config ? config[name] : property.default}
          set={(value) => set(name, value)}
        />
      ))}
    </Stack>
  );
}

type FieldProps = {
  name: string;
  property: Property;
  value: unknown;
  set: (value: unknown) => void;
};

function Field(props: FieldProps) {
  const { name, property } = props;
  const label = property.title ?? name;
  if (property.enum) return <ChoiceField {...props} label={label} />;
  switch (property.type) {
    case "boolean":
      return <OnOffField {...props} label={label} />;
    case "integer":
    case "number":
      return <NumberField {...props} label={label} />;
    case "string":
      return <TextField {...props} label={label} />;
    default:
      return <ListField {...props} label={label} />;
  }
}

type Labelled = FieldProps & { label: string };

function OnOffField({ label, property: { description }, value, set }: Labelled) {
  return (
    <Switch
      label={label}
      description={description}
      checked={value === true}
      onChange={(event) => set(event.currentTarget.checked)}
    />
  );
}

function NumberField({ label, property: { description, minimum, maximum }, value, set }: Labelled) {
  return (
    <NumberInput
      label={label}
      description={description}
      {...(minimum !== undefined && { min: minimum })}
      {...(maximum !== undefined && { max: maximum })}
      value={typeof value === "number" ? value : ""}
      onChange={(number) => set(number === "" ? undefined : Number(number))}
    />
  );
}

function ChoiceField({ label, property, value, set }: Labelled) {
  return (
    <Select
      label={label}
      description={property.description}
      data={property.enum ?? []}
      value={typeof value === "string" ? value : null}
      onChange={(choice) => set(choice ?? undefined)}
      clearable
    />
  );
}

function TextField({ label, property: { description }, value, set }: Labelled) {
  return (
    <TextInput
      label={label}
      description={description}
      value={typeof value === "string" ? value : ""}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}

/** A word or a list of ids, such as which endpoints: all, due, or some of them. */
function ListField({
  label,
  value,
  set,
}: Omit<FieldProps, "name" | "property"> & { label: string }) {
  const [text, setText] = useState(Array.isArray(value) ? value.join(", ") : String(value ?? ""));
  const change = (typed: string) => {
    setText(typed);
    const parts = typed
      .split(",")
      .map((part) => part.trim())
      .filter(Boolean);
    const isOfIds = parts.length > 1 || /^[0-9a-f-]{36}$/.test(parts[0] ?? "");
    set(isOfIds ? parts : (parts[0] ?? ""));
  };
  return (
    <TextInput
      label={label}
      description="A word such as all or due, or ids with commas between them."
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
