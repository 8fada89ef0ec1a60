import { Checkbox, NumberInput, Select, SimpleGrid, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { ClientSelect } from "@/ui/ClientSelect";
import { type AlertKind, KIND, KINDS, MEANING } from "./kinds";

export type ChoiceValues = {
  kinds: AlertKind[];
  isCriticalOnly: boolean;
  clientId: string | null;
  siteId: string | null;
  afterMinutes: number | string;
};

type Form = { getInputProps: (name: keyof ChoiceValues, options?: { type: "checkbox" }) => object };

/** Which alerts a channel is told of, and how soon. */
export function ChoiceFields({ form }: { form: Form }) {
  const { data: sites = [] } = useQuery({
    queryKey: ["sites"],
    queryFn: () => ask(api.GET("/api/v1/sites", { params: { query: { limit: 500 } } })),
  });
  return (
    <>
      <Checkbox.Group label="Told of" {...form.getInputProps("kinds")}>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" mt={6}>
          {KINDS.map((kind) => (
            <Checkbox key={kind} value={kind} label={KIND[kind].word} description={MEANING[kind]} />
          ))}
        </SimpleGrid>
      </Checkbox.Group>
      <Switch
        label="Only critical ones"
        {...form.getInputProps("isCriticalOnly", { type: "checkbox" })}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        <ClientSelect placeholder="All clients" clearable {...form.getInputProps("clientId")} />
        {sites.length > 1 && (
          <Select
            label="Site"
            placeholder="All sites"
            data={sites.map(({ id, name }) => ({ value: id, label: name }))}
            clearable
            {...form.getInputProps("siteId")}
          />
        )}
        <NumberInput
          label="Wait before telling"
          description="What comes and goes sooner is left out."
          inputWrapperOrder={["label", "input", "description", "error"]}
          suffix=" minutes"
          min={0}
          max={1440}
          required
          {...form.getInputProps("afterMinutes")}
        />
      </SimpleGrid>
    </>
  );
}
