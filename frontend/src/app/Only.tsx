import { Button } from "@mantine/core";
import { Link, Outlet } from "react-router";
import { type Permission, useMay } from "@/session/session";
import { Empty } from "@/ui/Empty";
import { PageHeader } from "@/ui/PageHeader";

/** Pages of those who may do something; others are told so before they begin. */
export function Only({ to }: { to: Permission }) {
  const may = useMay();
  if (may(to)) return <Outlet />;
  return (
    <>
      <PageHeader title="Not for your role" />
      <Empty
        action={
          <Button component={Link} to="/">
            To the live page
          </Button>
        }
      >
        An administrator can give you a role that opens this page.
      </Empty>
    </>
  );
}
