import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { api, ask, type Schemas } from "@/api/client";
import { reason } from "@/api/error";
import { queries } from "@/app/queries";

export type Job = Schemas["JobOutput"];
export type Run = Schemas["RunOutput"];

function refresh(): void {
  queries.invalidateQueries({ queryKey: ["jobs"] });
  queries.invalidateQueries({ queryKey: ["runs"] });
}

function tell(error: Error): void {
  notifications.show({ color: "red", message: reason(error) });
}

/** Runs a job now and shows the run. */
export function useRunNow() {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (job: Job) =>
      ask(api.POST("/api/v1/jobs/{job}/run", { params: { path: { job: job.id } } })),
    onSuccess: (run) => {
      refresh();
      navigate(`/jobs/runs/${run.id}`);
    },
    onError: tell,
  });
}

/** Turns a job on or off. */
export function useEnable() {
  return useMutation({
    mutationFn: ({ job, enabled }: { job: Job; enabled: boolean }) =>
      ask(
        api.PATCH("/api/v1/jobs/{job}", { params: { path: { job: job.id } }, body: { enabled } }),
      ),
    onSuccess: refresh,
    onError: tell,
  });
}

export function useRemove() {
  return useMutation({
    mutationFn: (job: Job) =>
      ask(api.DELETE("/api/v1/jobs/{job}", { params: { path: { job: job.id } } })),
    onSuccess: (removed) => {
      refresh();
      notifications.show({ message: `The job ${removed.name} is deleted; its runs are kept.` });
    },
    onError: tell,
  });
}

/** Stops a run: what is being read is finished, the rest is left out. */
export function useCancel() {
  return useMutation({
    mutationFn: (run: Run) =>
      ask(api.POST("/api/v1/runs/{run}/cancel", { params: { path: { run: run.id } } })),
    onSuccess: refresh,
    onError: tell,
  });
}

/** Reads again what failed in a run, as a run of its own. */
export function useRetry() {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (run: Run) =>
      ask(api.POST("/api/v1/runs/{run}/retry", { params: { path: { run: run.id } } })),
    onSuccess: (again) => {
      refresh();
      navigate(`/jobs/runs/${again.id}`);
    },
    onError: tell,
  });
}
