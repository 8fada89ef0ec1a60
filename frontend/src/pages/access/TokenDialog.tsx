import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { DateInput } from "@mantine/dates";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { ApiError } from "@/api/error";
import { queries } from "@/app/queries";
import type { Role } from "@/session/roles";
import { Failure } from "@/ui/Failure";
import { goToFirst } from "@/ui/goToFirst";
import { RoleFields } from "./RoleFields";
import { Secret } from "./Secret";

type Values = { name: string; role: Role; clientId: string | null; until: string | null };

const EMPTY: Values = { name: "", role: "viewer", clientId: null, until: null };

/** A new token; it is shown once. */
export function TokenDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const form = useForm<Values>({
    initialValues: EMPTY,
    validate: {
      name: (name) => (name.trim() ? null : "Say what it is for."),
      clientId: (id, { role }) => (role === "client" && !id ? "Say whose token it is." : null),
    },
  });
  const make = useMutation({
    mutationFn: ({ name, role, clientId, until }: Values) =>
      ask(
        api.POST("/api/v1/tokens", {
          body: {
            name,
            role,
            clientId: role === "client" ? clientId : null,
            expiresAt: until ? new Date(`${until}T23:59:59`).toISOString() : null,
          },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["tokens"] }),
    onError: (error) => error instanceof ApiError && form.setErrors(error.fields),
  });
  const leave = () => {
    onClose();
    make.reset();
    form.reset();
  };
  return (
    <Modal
      opened={opened}
      onClose={leave}
      title="Make a token"
      size="lg"
      // A click beside it must not lose what is shown once.
      closeOnClickOutside={!make.data}
    >
      {make.data ? (
        <Stack gap="md">
          <Secret label="Token" value={make.data.secret}>
            Copy it now: it is not shown again. Send it as the header Authorization: Bearer TOKEN.
          </Secret>
          <Group justify="flex-end">
            <Button onClick={leave}>Done</Button>
          </Group>
        </Stack>
      ) : (
        <form
          noValidate
          onSubmit={form.onSubmit(
            (values) => make.mutate(values),
            (errors) => goToFirst(form, errors),
          )}
        >
          <Stack gap="md">
            <TextInput
              label="Name"
              description="What it is for, such as the billing script."
              required
              data-autofocus
              {...form.getInputProps("name")}
            />
            <RoleFields form={form} label="May do what" />
            <DateInput
              label="Good until"
              placeholder="no end"
              valueFormat="D MMMM YYYY"
              minDate={new Date()}
              clearable
              {...form.getInputProps("until")}
            />
            {make.error && <Failure error={make.error} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={leave}>
                Cancel
              </Button>
              <Button type="submit" loading={make.isPending}>
                Make it
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
