import { Button, Group } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { api, ask, type Schemas, type Tagged } from "@/api/client";
import { ApiError } from "@/api/error";
import { Card } from "@/ui/Card";
import { goToFirst } from "@/ui/goToFirst";
import { InSight } from "@/ui/InSight";
import { Leaving } from "@/ui/Leaving";
import { NotSaved } from "@/ui/NotSaved";
import { type Again, useUnsaved } from "@/ui/useUnsaved";
import { DeviceFields } from "./DeviceFields";
import styles from "./EndpointForm.module.css";
import {
  type Endpoint,
  type EndpointInput,
  errorsOf,
  formOf,
  inputOf,
  NEW,
  TOGETHER,
  type EndpointForm as Values,
  wholeMilliseconds,
} from "./form";
import { LoginFields } from "./LoginFields";
import { StepsEditor } from "./StepsEditor";
import { TrialResult } from "./TrialResult";
import { ValueFields } from "./ValueFields";

type Props = {
  /** The endpoint as it is stored; none for a new one. */
  endpoint?: Endpoint;
  save: (input: EndpointInput) => Promise<unknown>;
  cancel: () => void;
  /** Reads it anew, where somebody else changed it. */
  again?: Again<Tagged<Endpoint>>;
};

/** An endpoint: its device, login, steps and number; it can be tested before it is saved. */
export function EndpointForm({ endpoint, save, cancel, again }: Props) {
  const form = useForm<Values>({
    initialValues: endpoint ? formOf(endpoint) : NEW,
    validate: {
      name: (name) => (name.trim() ? null : "Give it a name."),
      ipAddress: (address) => (address.trim() ? null : "Say where the device is."),
      valueSelector: (selector) => (selector.trim() ? null : "Say where the number stands."),
      steps: { second: wholeMilliseconds },
    },
  });
  const goTo = (errors: object) => goToFirst(form, errors);
  const tell = (error: Error) => {
    if (!(error instanceof ApiError)) return;
    const errors = errorsOf(error.fields);
    form.setErrors(errors);
    goTo(errors);
  };
  const saving = useMutation({
    mutationFn: (values: Values) => save(inputOf(values, endpoint)),
    onError: tell,
  });
  const unsaved = useUnsaved(form, ({ value }) => formOf(value), again, saving, TOGETHER);
  const test = useMutation({ mutationFn: tryOut(endpoint), onError: tell });
  const tryUntil = (steps?: number) => {
    const { hasErrors, errors } = form.validate();
    if (hasErrors) goTo(errors);
    else test.mutate({ input: inputOf(form.values, endpoint), steps });
  };
  return (
    <form onSubmit={form.onSubmit((values) => saving.mutate(values), goTo)} noValidate>
      <Leaving when={form.isDirty() && !saving.isPending} />
      <div className={styles.parts}>
        <Card>
          <DeviceFields form={form} />
          <LoginFields form={form} hasPassword={endpoint?.authConfig?.hasPassword ?? false} />
          <StepsEditor form={form} tryUntil={tryUntil} isTrying={test.isPending} />
          <ValueFields form={form} />
        </Card>
        <InSight of={unsaved.error ?? unsaved.isRenewed}>
          <NotSaved {...unsaved} />
        </InSight>
        <Group justify="flex-end">
          <Button variant="default" onClick={cancel}>
            Cancel
          </Button>
          <Button
            variant="default"
            leftSection={<IconPlayerPlay aria-hidden size={16} />}
            loading={test.isPending}
            onClick={() => tryUntil()}
          >
            Test
          </Button>
          <Button type="submit" loading={saving.isPending}>
            Save
          </Button>
        </Group>
        <InSight of={test.data ?? test.error}>
          <TrialResult trial={test.data} isPending={test.isPending} error={test.error} />
        </InSight>
      </div>
    </form>
  );
}

type TestOrder = { input: EndpointInput; steps: number | undefined };

/** Returns what reads the device once, as the form stands; nothing is stored. */
function tryOut(endpoint: Endpoint | undefined) {
  return ({ input, steps }: TestOrder): Promise<Schemas["Trial"]> =>
    ask(
      api.POST("/api/v1/endpoints/try", {
        params: {
          query: {
            picture: true,
            ...(endpoint && { endpointId: endpoint.id }),
            ...(steps !== undefined && { steps }),
          },
        },
        body: input,
      }),
    );
}
