import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { Failure } from "@/ui/Failure";
import { Door } from "./Door";
import { begin } from "./session";

/** Signing in with name and password. */
export function SignIn() {
  const form = useForm({ initialValues: { name: "", password: "" } });
  const enter = useMutation({
    mutationFn: (body: { name: string; password: string }) =>
      ask(api.POST("/api/v1/session", { body })),
    onSuccess: begin,
  });
  return (
    <Door title="Sign in">
      <form onSubmit={form.onSubmit((values) => enter.mutate(values))}>
        <Stack gap="md">
          <TextInput
            label="Name"
            autoComplete="username"
            required
            autoFocus
            {...form.getInputProps("name")}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            required
            {...form.getInputProps("password")}
          />
          {enter.error && <Failure error={enter.error} />}
          <Button type="submit" loading={enter.isPending} fullWidth>
            Sign in
          </Button>
        </Stack>
      </form>
    </Door>
  );
}
