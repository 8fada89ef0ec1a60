import { Button, PasswordInput, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { NEW_PASSWORD_CHECKS, NewPassword } from "@/session/NewPassword";
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
    validate: NEW_PASSWORD_CHECKS,
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
              <NewPassword form={form} label="New password" />
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
