import { Button, Group, Modal, Stack, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { api, ask, type Schemas } from "@/api/client";
import { queries } from "@/app/queries";
import { zoned } from "@/format/time";
import { Failure } from "@/ui/Failure";
import { RoleFields } from "./RoleFields";
import { Secret } from "./Secret";

type User = Schemas["UserOutput"];

/** Changing a user, disabling it, and a link for a new password. */
export function UserDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const path = { user: user.id };
  const form = useForm({
    initialValues: {
      displayName: user.displayName,
      role: user.role,
      clientId: user.clientId,
      disabled: user.disabled,
    },
  });
  const save = useMutation({
    mutationFn: (values: typeof form.values) =>
      ask(
        api.PATCH("/api/v1/users/{user}", {
          params: { path },
          body: { ...values, clientId: values.role === "client" ? values.clientId : null },
        }),
      ),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["users"] });
      notifications.show({ message: `${user.name} is changed.` });
      onClose();
    },
  });
  const link = useMutation({
    mutationFn: () => ask(api.POST("/api/v1/users/{user}/link", { params: { path } })),
  });
  return (
    <Modal opened onClose={onClose} title={`User ${user.name}`} size="lg">
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack gap="md">
          <TextInput label="Full name" {...form.getInputProps("displayName")} />
          <RoleFields form={form} label="Role" />
          <Switch
            label="Disabled"
            description="Its sessions and tokens end at once; what it did stays in the audit log."
            {...form.getInputProps("disabled", { type: "checkbox" })}
          />
          {link.data ? (
            <Secret label="Link for choosing a password" value={link.data.link.url}>
              {`It works once, until ${zoned(link.data.link.expiresAt)}, and is not shown again.`}
            </Secret>
          ) : (
            <Button
              variant="default"
              loading={link.isPending}
              onClick={() => link.mutate()}
              style={{ alignSelf: "start" }}
            >
              Make a link for a new password
            </Button>
          )}
          {(save.error ?? link.error) && <Failure error={save.error ?? link.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
