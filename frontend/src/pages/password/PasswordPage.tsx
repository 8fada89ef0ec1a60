import { Button, PasswordInput, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { isTheSame, LONG_ENOUGH, longEnough } from "@/session/password";
import { begin } from "@/session/session";
import { Card } from "@/ui/Card";
import { Failure } from "@/ui/Failure";
import { PageHeader } from "@/ui/PageHeader";
import styles from "./PasswordPage.module.css";

const EMPTY = { current: "", password: "", again: "" };

/** Changing one's own password; all other sessions end. */
export function PasswordPage() {
  const form = useForm({
    initialValues: EMPTY,
    validate: { password: longEnough, again: isTheSame },
  });
  const save = useMutation({
    mutationFn: (values: typeof EMPTY) =>
      ask(
        api.POST("/api/v1/session/password", {
          body: { currentPassword: values.current, newPassword: values.password },
        }),
      ),
    onSuccess: (session) => {
      begin(session);
      form.reset();
      notifications.show({ message: "The password is changed; your other sessions ended." });
    },
  });
  return (
    <>
      <PageHeader title="Change password" />
      <div className={styles.narrow}>
        <Card>
          <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
            <Stack gap="md">
              <PasswordInput
                label="Present password"
                autoComplete="current-password"
                required
                {...form.getInputProps("current")}
              />
              <PasswordInput
                label="New password"
                description={LONG_ENOUGH}
                autoComplete="new-password"
                required
                {...form.getInputProps("password")}
              />
              <PasswordInput
                label="New password again"
                autoComplete="new-password"
                required
                {...form.getInputProps("again")}
              />
              {save.error && <Failure error={save.error} />}
              <Button type="submit" loading={save.isPending}>
                Change password
              </Button>
            </Stack>
          </form>
        </Card>
      </div>
    </>
  );
}
