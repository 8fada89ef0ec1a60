import { Button, Stack, Text, TextInput } from "@mantine/core";
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

/** First start: the one-time link that the server printed makes the administrator. */
export function SetUpAccount() {
  const token = secretOfLink();
  const navigate = useNavigate();
  const form = useForm({
    initialValues: { name: "", displayName: "", password: "", again: "" },
    validate: NEW_PASSWORD_CHECKS,
  });
  const create = useMutation({
    mutationFn: ({ name, displayName, password }: typeof form.values) =>
      ask(api.POST("/api/v1/session/set-up", { body: { token, name, displayName, password } })),
    onSuccess: (session) => {
      begin(session);
      navigate("/", { replace: true });
    },
  });
  if (!token) return <Incomplete />;
  return (
    <Door title="Welcome to Wattledger">
      <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            Create the first administrator. More users can be added later under Access.
          </Text>
          <TextInput
            label="Name to sign in with"
            autoComplete="username"
            required
            autoFocus
            {...form.getInputProps("name")}
          />
          <TextInput
            label="Your name"
            autoComplete="name"
            required
            {...form.getInputProps("displayName")}
          />
          <NewPassword form={form} />
          {create.error && <Failure error={create.error} />}
          <Button type="submit" loading={create.isPending} fullWidth>
            Create administrator
          </Button>
        </Stack>
      </form>
    </Door>
  );
}
