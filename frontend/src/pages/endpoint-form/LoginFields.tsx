import { PasswordInput, Select, SimpleGrid, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import styles from "./EndpointForm.module.css";
import type { EndpointForm } from "./form";

const KINDS = [
  { value: "none", label: "None: the page is open" },
  { value: "basic", label: "Browser prompt (HTTP Basic)" },
  { value: "digest", label: "Browser prompt (HTTP Digest)" },
  { value: "form", label: "Login page with a form" },
];

type Props = { form: UseFormReturnType<EndpointForm>; hasPassword: boolean };

/** How to log in to the device. */
export function LoginFields({ form, hasPassword }: Props) {
  const { authType } = form.values;
  return (
    <fieldset className={styles.fieldset}>
      <legend>Login</legend>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="md">
        <Select
          label="Kind"
          data={KINDS}
          allowDeselect={false}
          {...form.getInputProps("authType")}
        />
        {authType !== "none" && (
          <>
            <TextInput label="User name" autoComplete="off" {...form.getInputProps("username")} />
            <PasswordInput
              label="Password"
              autoComplete="new-password"
              placeholder={hasPassword ? "kept as it is" : ""}
              description={hasPassword ? "Stored encrypted and never shown." : undefined}
              inputWrapperOrder={["label", "input", "description", "error"]}
              {...form.getInputProps("password")}
            />
          </>
        )}
      </SimpleGrid>
      {authType === "form" && <FormFields form={form} />}
    </fieldset>
  );
}

function FormFields({ form }: Pick<Props, "form">) {
  return (
    <>
      <p className={styles.hint}>
        The fields of the login page are found by themselves; fill these in only where that fails.
      </p>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="md">
        <TextInput label="Login page" placeholder="/" {...form.getInputProps("loginUrl")} />
        <TextInput
          label="User field (CSS selector)"
          placeholder="found by itself"
          {...form.getInputProps("usernameField")}
        />
        <TextInput
          label="Password field (CSS selector)"
          placeholder="found by itself"
          {...form.getInputProps("passwordField")}
        />
        <TextInput
          label="Login button (CSS selector)"
          placeholder="found by itself"
          {...form.getInputProps("submitSelector")}
        />
        <TextInput
          label="Logged in when this is there (CSS selector)"
          placeholder="not checked"
          {...form.getInputProps("loggedInWhen")}
        />
        <TextInput
          label="Log out at"
          placeholder="/logout, where the device needs it"
          {...form.getInputProps("logoutUrl")}
        />
      </SimpleGrid>
    </>
  );
}
