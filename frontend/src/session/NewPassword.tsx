import { PasswordInput } from "@mantine/core";
import { isTheSame, LONG_ENOUGH, longEnough } from "./password";

type Inputs = { getInputProps: (name: "password" | "again") => object };

/** What the two inputs are checked by. */
export const NEW_PASSWORD_CHECKS = { password: longEnough, again: isTheSame };

/** The inputs of a form in which a password is chosen. */
export function NewPassword({ form, label = "Password" }: { form: Inputs; label?: string }) {
  return (
    <>
      <PasswordInput
        label={label}
        description={LONG_ENOUGH}
        autoComplete="new-password"
        required
        {...form.getInputProps("password")}
      />
      <PasswordInput
        label={`${label} again`}
        autoComplete="new-password"
        required
        {...form.getInputProps("again")}
      />
    </>
  );
}
