import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { ApiError } from "@/api/error";
import { queries } from "@/app/queries";
import { zoned } from "@/format/time";
import type { Role } from "@/session/roles";
import { Failure } from "@/ui/Failure";
import { goToFirst } from "@/ui/goToFirst";
import { RoleFields } from "./RoleFields";
import { Secret } from "./Secret";

type Values = { name: string; displayName: string; role: Role; clientId: string | null };

const EMPTY: Values = { name: "", displayName: "", role: "viewer", clientId: null };

/** A new user; the link with which it chooses its password is shown once. */
export function InviteDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const form = useForm<Values>({
    initialValues: EMPTY,
    validate: {
      name: (name) => (name.trim() ? null : "Say with which name to sign in."),
      clientId: (id, { role }) => (role === "client" && !id ? "Say whose user it is." : null),
    },
  });
  const invite = useMutation({
    mutationFn: ({ role, clientId, ...names }: Values) =>
      ask(
        api.POST("/api/v1/users", {
          body: { ...names, role, clientId: role === "client" ? clientId : null },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["users"] }),
    onError: (error) => error instanceof ApiError && form.setErrors(error.fields),
  });
  const leave = () => {
    onClose();
    invite.reset();
    form.reset();
  };
  const { data } = invite;
  return (
    <Modal
      opened={opened}
      onClose={leave}
      title="Invite a user"
      size="lg"
      // A click beside it must not lose what is shown once.
      closeOnClickOutside={!data}
    >
      {data ? (
        <Stack gap="md">
          <Secret label="Link for choosing a password" value={data.link.url}>
            {`Send this link to ${data.user.displayName || data.user.name}. It works once, until ${zoned(data.link.expiresAt)}, and is not shown again.`}
          </Secret>
          <Group justify="flex-end">
            <Button onClick={leave}>Done</Button>
          </Group>
        </Stack>
      ) : (
        <form
          noValidate
          onSubmit={form.onSubmit(
            (values) => invite.mutate(values),
            (errors) => goToFirst(form, errors),
          )}
        >
          <Stack gap="md">
            <TextInput
              label="Name to sign in with"
              required
              data-autofocus
              {...form.getInputProps("name")}
            />
            <TextInput label="Full name" {...form.getInputProps("displayName")} />
            <RoleFields form={form} label="Role" />
            {invite.error && <Failure error={invite.error} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={leave}>
                Cancel
              </Button>
              <Button type="submit" loading={invite.isPending}>
                Invite
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
