import { Button, Group, Select, SimpleGrid, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, type Schemas } from "@/api/client";
import { useEndpoint } from "@/pages/endpoint/useEndpoint";
import { TrialResult } from "@/pages/endpoint-form/TrialResult";
import styles from "./Evidence.module.css";

type Recipe = Schemas["ScrapingConfig"];
type Props = { endpoint: string; capture: number };

const MARKS = [
  { value: "auto", label: "Found on the page" },
  { value: ".", label: "Point: 1,234.5" },
  { value: ",", label: "Comma: 1.234,5" },
];
const NAMES: Record<string, string> = {
  power: "Power",
  voltage: "Voltage",
  current: "Current",
  powerFactor: "Power factor",
  serial: "Serial number",
  resetStamp: "Time of the last reset",
};
const START: Recipe = { engine: "auto", steps: [], valueSelector: "", decimal: "auto" };

/** Reads a kept page with another recipe; no device is asked, nothing is stored. */
export function TryRecipe({ endpoint, capture }: Props) {
  const [isOpen, setOpen] = useState(false);
  const { data, isPending } = useEndpoint(endpoint);
  if (!isOpen) {
    return (
      <div>
        <Button size="xs" variant="default" onClick={() => setOpen(true)}>
          Try a changed recipe on this page
        </Button>
      </div>
    );
  }
  return (
    <section>
      <h3 className={styles.head}>Try a changed recipe</h3>
      {isPending ? (
        <Skeleton height={240} radius={8} />
      ) : (
        <Form capture={capture} stored={data?.scrapingConfig ?? START} />
      )}
    </section>
  );
}

function Form({ capture, stored }: { capture: number; stored: Recipe }) {
  const [recipe, setRecipe] = useState(stored);
  const trial = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/v1/captures/{capture}/try", {
          params: { path: { capture } },
          body: { scrapingConfig: recipe },
        }),
      ),
  });
  const change = (part: Partial<Recipe>) => setRecipe({ ...recipe, ...part });
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    trial.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          The kept page is read with this recipe. No device is asked, and nothing is stored.
        </Text>
        <TextInput
          label="Where the register stands"
          description="CSS, or text: with the label beside it, xpath: or json:"
          required
          value={recipe.valueSelector}
          onChange={(event) => change({ valueSelector: event.currentTarget.value })}
        />
        <TextInput
          label="Pattern"
          description="A regular expression, where the number is a part of the text"
          value={recipe.valuePattern ?? ""}
          onChange={(event) => change({ valuePattern: event.currentTarget.value || null })}
        />
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <TextInput
            label="Unit"
            placeholder="found beside the number"
            value={recipe.unit ?? ""}
            onChange={(event) => change({ unit: event.currentTarget.value || null })}
          />
          <Select
            label="Decimal mark"
            data={MARKS}
            value={recipe.decimal}
            allowDeselect={false}
            onChange={(decimal) => change({ decimal: (decimal ?? "auto") as Recipe["decimal"] })}
          />
        </SimpleGrid>
        <Fields recipe={recipe} change={change} />
        <Group justify="space-between" gap="sm">
          <Button variant="subtle" size="xs" onClick={() => setRecipe(stored)}>
            As it is stored
          </Button>
          <Button type="submit" loading={trial.isPending} disabled={!recipe.valueSelector.trim()}>
            Try it
          </Button>
        </Group>
        <TrialResult trial={trial.data} isPending={trial.isPending} error={trial.error} />
      </Stack>
    </form>
  );
}

type FieldsProps = { recipe: Recipe; change: (part: Partial<Recipe>) => void };

/** The further values of the recipe, each with where it stands. */
function Fields({ recipe, change }: FieldsProps) {
  const fields = recipe.fields ?? {};
  const others = Object.keys(NAMES).filter((name) => !(name in fields));
  const set = (name: string, selector: string) => {
    const before = fields[name] ?? { selector, decimal: "auto" as const };
    change({ fields: { ...fields, [name]: { ...before, selector } } });
  };
  const drop = (name: string) =>
    change({ fields: Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name)) });
  return (
    <>
      {Object.entries(fields).map(([name, { selector }]) => (
        <Group key={name} align="flex-end" gap="sm" wrap="nowrap">
          <TextInput
            label={NAMES[name] ?? name}
            required
            flex={1}
            value={selector}
            onChange={(event) => set(name, event.currentTarget.value)}
          />
          <Button variant="subtle" onClick={() => drop(name)} aria-label={`Remove ${NAMES[name]}`}>
            Remove
          </Button>
        </Group>
      ))}
      {others.length > 0 && (
        <Select
          label="Read another value, too"
          placeholder="Choose one"
          data={others.map((name) => ({ value: name, label: NAMES[name] ?? name }))}
          value={null}
          onChange={(name) => name && set(name, "")}
        />
      )}
    </>
  );
}
