import { Autocomplete, NumberInput, Select, SimpleGrid, Switch, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { useClientNames } from "@/live/useClientNames";
import styles from "./EndpointForm.module.css";
import type { EndpointForm } from "./form";

/** What the device is, where it stands, and whose energy it counts. */
export function DeviceFields({ form }: { form: UseFormReturnType<EndpointForm> }) {
  const clients = useClientNames();
  const { data: sites = [] } = useQuery({
    queryKey: ["sites"],
    queryFn: () => ask(api.GET("/api/v1/sites", { params: { query: { limit: 500 } } })),
  });
  return (
    <fieldset className={styles.fieldset}>
      <legend>Device</legend>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="md">
        <TextInput
          label="Name"
          placeholder="Rack A3 · PDU A"
          required
          data-autofocus
          {...form.getInputProps("name")}
        />
        <TextInput
          label="Address"
          placeholder="192.168.1.100 or http://pdu7.example:8080/"
          required
          {...form.getInputProps("ipAddress")}
        />
        <Autocomplete
          label="Client"
          placeholder="Whose energy it is"
          data={clients}
          limit={20}
          {...form.getInputProps("clientName")}
        />
        <TextInput
          label="Location"
          placeholder="Hall 1, row 3, rack A3"
          {...form.getInputProps("location")}
        />
        <TextInput label="Type" placeholder="PDU" {...form.getInputProps("type")} />
        <TextInput label="Vendor" {...form.getInputProps("vendor")} />
        {sites.length > 1 && (
          <Select
            label="Site"
            data={sites.map(({ id, name }) => ({ value: id, label: name }))}
            {...form.getInputProps("siteId")}
          />
        )}
        <NumberInput
          label="Read every"
          suffix=" min"
          min={1}
          max={1440}
          required
          {...form.getInputProps("pollInterval")}
        />
        <Switch
          className={styles.switch ?? ""}
          label="Enabled"
          description="A disabled endpoint is not read."
          {...form.getInputProps("enabled", { type: "checkbox" })}
        />
      </SimpleGrid>
    </fieldset>
  );
}
