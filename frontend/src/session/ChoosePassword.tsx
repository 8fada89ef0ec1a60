import { Button, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { api, ask } from "@/api/client";
import { Failure } from "@/ui/Failure";
import { Door } from "./Door";
import { Incomplete } from "./Incomplete";
import { secretOfLink } from "./link";
import { NEW_PASSWORD_CHECKS, NewPassword } from "./NewPassword";
import { begin } from "./session";

/** A link with which an invited user, or one who forgot it, chooses a password. */
export function ChoosePassword() {
  const token = secretOfLink();
  const navigate = useNavigate();
  const form = useForm({
    initialValues: { password: "", again: "" },
    validate: NEW_PASSWORD_CHECKS,
  });
  const choose = useMutation({
    mutationFn: (password: string) =>
      ask(api.POST("/api/v1/session/link", { body: { token, password } })),
    onSuccess: (session) => {
      begin(session);
      navigate("/", { replace: true });
    },
  });
  if (!token) return <Incomplete />;
  return (
    <Door title="Choose a password">
      <form onSubmit={form.onSubmit(({ password }) => choose.mutate(password))}>
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            This link works once. Afterwards sign in with your name and this password.
          </Text>
          <NewPassword form={form} />
          {choose.error && <Failure error={choose.error} />}
          <Button type="submit" loading={choose.isPending} fullWidth>
            Save and sign in
          </Button>
        </Stack>
      </form>
    </Door>
  );
}
