import { Alert, Anchor } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, ask } from "@/api/client";
import { useLiveRow } from "@/live/LiveProvider";
import { useMay } from "@/session/session";
import { ALARM } from "@/ui/Failure";
import { useWith } from "./useWith";

const EVERY = 60_000;

/** Why an endpoint that fails could not be read the last time, and what to do about it. */
export function LastFailure({ id }: { id: string }) {
  const may = useMay();
  const withParam = useWith();
  const isFailing = useLiveRow(id)?.status === "failing";
  const { data } = useQuery({
    enabled: isFailing && may("see-all"),
    queryKey: ["attempts", id, "last"],
    queryFn: () =>
      ask(
        api.GET("/api/v1/endpoints/{endpoint}/attempts", {
          params: { path: { endpoint: id }, query: { limit: 1, success: false } },
        }),
      ),
    refetchInterval: EVERY,
  });
  const last = data?.[0];
  if (!isFailing || !last?.message) return null;
  return (
    <Alert
      color="red"
      mb="md"
      icon={<IconPlugConnectedX aria-hidden size={18} />}
      title="It could not be read."
      styles={ALARM}
    >
      {last.message}{" "}
      <Anchor
        component={Link}
        inherit
        to={withParam("attempt", String(last.id))}
        preventScrollReset
      >
        What the device answered
      </Anchor>
    </Alert>
  );
}
