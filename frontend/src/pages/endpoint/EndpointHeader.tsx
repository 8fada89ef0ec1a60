import { Anchor, Button } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { Link } from "react-router";
import { useLiveConnection, useLiveRow } from "@/live/LiveProvider";
import { Pulse } from "@/pages/live/Pulse";
import { useMay } from "@/session/session";
import { PageHeader } from "@/ui/PageHeader";
import { Status } from "@/ui/Status";
import styles from "./EndpointPage.module.css";
import { Test } from "./Test";
import type { Endpoint } from "./useEndpoint";

type Props = { id: string; endpoint: Endpoint | undefined };

/** Which endpoint it is, how it is doing, where it stands, and what can be done with it. */
export function EndpointHeader({ id, endpoint }: Props) {
  const row = useLiveRow(id);
  const connection = useLiveConnection();
  const may = useMay();
  const status = row?.status ?? endpoint?.status;
  const place = [
    row?.clientName ?? endpoint?.clientName,
    row?.location ?? endpoint?.location,
    [endpoint?.vendor, endpoint?.type].filter(Boolean).join(" "),
    endpoint?.ipAddress,
  ];
  return (
    <PageHeader
      title={row?.name ?? endpoint?.name ?? "Endpoint"}
      before={
        <span className={styles.back}>
          <Anchor component={Link} to="/" c="dimmed" size="sm" underline="always">
            Live power
          </Anchor>
          <span aria-hidden>/</span>
        </span>
      }
      beside={
        <>
          {status && <Status status={status} />}
          {connection !== "live" && row && <Pulse />}
          <span className={styles.place}>{place.filter(Boolean).join(" · ")}</span>
        </>
      }
      actions={
        may("set-up") &&
        endpoint &&
        !endpoint.deletedAt && (
          <>
            {endpoint.ipAddress && <Test id={id} />}
            <Button
              component={Link}
              to={`/endpoints/${id}/edit`}
              size="xs"
              variant="default"
              leftSection={<IconPencil aria-hidden size={15} />}
            >
              Edit
            </Button>
          </>
        )
      }
    />
  );
}
