import { Button, Group, Modal, Select, Stack, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "@/api/client";
import { ApiError } from "@/api/error";
import { queries } from "@/app/queries";
import { zoned } from "@/format/time";
import { Failure } from "@/ui/Failure";
import { ConfigFields, type JobConfig } from "./ConfigFields";
import styles from "./Jobs.module.css";
import type { Job } from "./jobs";

type Values = {
  name: string;
  description: string;
  handler: string | null;
  schedule: string;
  enabled: boolean;
  config: JobConfig;
};

const NEW: Values = {
  name: "",
  description: "",
  handler: null,
  schedule: "*/30 * * * *",
  enabled: true,
  config: {},
};

type Choice = {
  value: string;
  label: string;
  module: Schemas["ModuleOutput"];
  job: Schemas["ModuleJob"];
};

/** A job: what it runs, when, and with which config. */
export function JobDialog({ job, onClose }: { job?: Job; onClose: () => void }) {
  const choices = useHandlers();
  const form = useForm<Values>({
    initialValues: job ? valuesOf(job) : NEW,
    validate: {
      name: (name) => (name.trim() ? null : "Give it a name."),
      handler: (handler) => (handler ? null : "Say what it runs."),
    },
  });
  const chosen = choices.find(({ value }) => value === form.values.handler);
  const save = useMutation({
    mutationFn: (values: Values) => send(job, values, chosen),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["jobs"] });
      onClose();
    },
    onError: (error) => error instanceof ApiError && form.setErrors(error.fields),
  });
  return (
    <Modal opened onClose={onClose} title={job ? `Change ${job.name}` : "Add a job"} size="lg">
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack gap="md">
          <TextInput label="Name" required data-autofocus {...form.getInputProps("name")} />
          <TextInput label="Description" {...form.getInputProps("description")} />
          <Select
            label="Runs"
            data={choices.map(({ value, label }) => ({ value, label }))}
            description={chosen?.job.description}
            required
            {...form.getInputProps("handler")}
          />
          <TextInput
            label="When (cron)"
            description="Minute, hour, day, month, weekday; in the installation's time zone."
            required
            {...form.getInputProps("schedule")}
          />
          <Next schedule={form.values.schedule} />
          {chosen && (
            <ConfigFields
              schema={chosen.job.configSchema}
              config={form.values.config}
              change={(config) => form.setFieldValue("config", config)}
            />
          )}
          <Switch label="On" {...form.getInputProps("enabled", { type: "checkbox" })} />
          {save.error && <Failure what="It was not saved." error={save.error} />}
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

function valuesOf(job: Job): Values {
  const { name, description, handler, module, schedule, enabled, config } = job;
  const known = config as JobConfig;
  return {
    name,
    description,
    handler: `${module}/${handler}`,
    schedule: schedule ?? "",
    enabled,
    config: known,
  };
}

/** What modules that are in order can run. */
function useHandlers(): Choice[] {
  const { data = [] } = useQuery({
    queryKey: ["modules", "choice"],
    queryFn: () => ask(api.GET("/api/v1/modules", { params: { query: { limit: 500 } } })),
  });
  return data
    .filter((module) => !module.problem)
    .flatMap((module) =>
      module.jobs.map((job) => ({
        value: `${module.name}/${job.handler}`,
        label: `${job.displayName} (${module.displayName})`,
        module,
        job,
      })),
    );
}

function send(job: Job | undefined, values: Values, chosen: Choice | undefined) {
  const { name, description, schedule, enabled, config } = values;
  const body = {
    name: name.trim(),
    description,
    schedule,
    enabled,
    config: config as Schemas["JobInput"]["config"],
    moduleId: chosen?.module.id ?? "",
    handler: chosen?.job.handler ?? "",
  };
  return job
    ? ask(api.PATCH("/api/v1/jobs/{job}", { params: { path: { job: job.id } }, body }))
    : ask(api.POST("/api/v1/jobs", { body }));
}

/** The schedule in words, and when it would run next, as the server reads it. */
function Next({ schedule }: { schedule: string }) {
  const [wanted] = useDebouncedValue(schedule.trim(), 400);
  const { data, error } = useQuery({
    queryKey: ["jobs", "check", wanted],
    queryFn: () => ask(api.POST("/api/v1/jobs/check", { body: { schedule: wanted } })),
    enabled: wanted !== "",
    retry: false,
  });
  if (error) return <Failure error={error} />;
  if (!data) return null;
  return (
    <div role="status">
      <b>{data.scheduleText}</b>
      <ul className={styles.next}>
        {data.firings.slice(0, 3).map((at) => (
          <li key={at}>{zoned(at, data.timeZone)}</li>
        ))}
      </ul>
    </div>
  );
}
