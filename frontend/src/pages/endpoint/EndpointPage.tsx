import { Alert, Button } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { Link, useParams } from "react-router";
import { isMissing } from "@/api/error";
import { day } from "@/format/time";
import { useLiveRow, useLiveTotals } from "@/live/LiveProvider";
import { useMay } from "@/session/session";
import { Empty } from "@/ui/Empty";
import { ALARM, Failure } from "@/ui/Failure";
import { PageHeader } from "@/ui/PageHeader";
import { DayHourMap } from "./DayHourMap";
import { EndpointHeader } from "./EndpointHeader";
import { EndpointKpis } from "./EndpointKpis";
import styles from "./EndpointPage.module.css";
import { LastFailure } from "./LastFailure";
import { Meters } from "./Meters";
import { MonthBars } from "./MonthBars";
import { PowerChart } from "./PowerChart";
import { Records } from "./Records";
import { useEndpoint, useMonths } from "./useEndpoint";

/** One endpoint: what it does now, what it used, and what that rests on. */
export function EndpointPage() {
  const { id = "" } = useParams();
  return <Whole key={id} id={id} />;
}

function Whole({ id }: { id: string }) {
  const may = useMay();
  const row = useLiveRow(id);
  const isLoading = useLiveTotals() === null;
  const endpoint = useEndpoint(id);
  const isThere = row !== undefined || endpoint.data !== undefined;
  if (!isThere && isMissing(endpoint.error)) return <Missing />;
  if (!isThere && endpoint.error) return <Failed error={endpoint.error} retry={endpoint.refetch} />;
  if (!isThere && !isLoading && !may("see-all")) return <Unknown />;
  return <Shown id={id} isLoading={isLoading} endpoint={endpoint.data} />;
}

type ShownProps = {
  id: string;
  isLoading: boolean;
  endpoint: ReturnType<typeof useEndpoint>["data"];
};

function Shown({ id, isLoading, endpoint }: ShownProps) {
  const months = useMonths(id);
  const zone = months.data?.timeZone;
  return (
    <>
      <EndpointHeader id={id} endpoint={endpoint} />
      {endpoint?.deletedAt && (
        <Alert color="gray" mb="md" title="This endpoint is not in use any more.">
          It was deleted on {day(endpoint.deletedAt, zone)}. Its readings and months stay as they
          are.
        </Alert>
      )}
      {endpoint?.loginRefused ? <LoginRefused /> : <LastFailure id={id} />}
      <EndpointKpis id={id} zone={zone} loading={isLoading} />
      <div className={styles.parts}>
        <PowerChart id={id} />
        <div className={styles.pair}>
          <MonthBars months={months} />
          <DayHourMap id={id} />
        </div>
        <Meters id={id} />
        <Records id={id} zone={zone} />
      </div>
    </>
  );
}

function LoginRefused() {
  return (
    <Alert
      color="red"
      mb="md"
      icon={<IconLock aria-hidden size={18} />}
      title="The device refused the login."
      styles={ALARM}
    >
      It is not read any more, as devices lock accounts after a few wrong passwords. Correct the
      login with Edit, or press Test once the device accepts it again: then readings go on by
      themselves.
    </Alert>
  );
}

function Failed({ error, retry }: { error: unknown; retry: () => unknown }) {
  return (
    <>
      <PageHeader title="Endpoint" />
      <Failure what="The endpoint could not be read." error={error} retry={retry} />
    </>
  );
}

function Missing() {
  return (
    <>
      <PageHeader title="Endpoint" />
      <Empty
        action={
          <Button component={Link} to="/endpoints" variant="default">
            To the endpoints
          </Button>
        }
      >
        No endpoint has this address, or it was deleted.
      </Empty>
    </>
  );
}

function Unknown() {
  return (
    <>
      <PageHeader title="Endpoint" />
      <Empty
        action={
          <Button component={Link} to="/" variant="default">
            To the live page
          </Button>
        }
      >
        No meter of yours has this address.
      </Empty>
    </>
  );
}
