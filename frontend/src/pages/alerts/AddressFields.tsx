import { PasswordInput, Select, SimpleGrid, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { type AddressValues, PROTECTION } from "./address";
import { MAIL, SERVICES } from "./services";

type Props = { form: UseFormReturnType<AddressValues> };

/** Where a channel leads: a mail server and addresses, or the address that a service gives. */
export function AddressFields({ form }: Props) {
  const { service } = form.values;
  const known = SERVICES.find(({ name }) => name === service);
  return (
    <>
      <Select
        label="By"
        data={[MAIL, ...SERVICES.map(({ name }) => name)]}
        allowDeselect={false}
        {...form.getInputProps("service")}
      />
      {known ? (
        <PasswordInput
          label="Address"
          placeholder={known.example}
          description={known.hint}
          autoComplete="off"
          required
          {...form.getInputProps("address")}
        />
      ) : (
        <MailFields form={form} />
      )}
    </>
  );
}

function MailFields({ form }: Props) {
  return (
    <>
      <TextInput
        label="To"
        description="One address, or several with commas between them."
        placeholder="night@example.com"
        required
        {...form.getInputProps("to")}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        <TextInput
          label="Mail server"
          placeholder="mail.example.com"
          required
          {...form.getInputProps("server")}
        />
        <Select
          label="Connection"
          data={PROTECTION}
          allowDeselect={false}
          {...form.getInputProps("protection")}
        />
        <TextInput
          label="User name"
          placeholder="without a login"
          autoComplete="off"
          {...form.getInputProps("user")}
        />
        <PasswordInput
          label="Password"
          autoComplete="new-password"
          {...form.getInputProps("password")}
        />
      </SimpleGrid>
      <TextInput
        label="From"
        description="What stands there as the sender; many servers take only addresses of their own."
        placeholder="wattledger@example.com"
        required
        {...form.getInputProps("from")}
      />
    </>
  );
}
