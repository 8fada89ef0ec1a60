import { Button } from "@mantine/core";
import { Link } from "react-router";
import { Empty } from "@/ui/Empty";
import { PageHeader } from "@/ui/PageHeader";

/** An address that leads nowhere. */
export function Missing() {
  return (
    <>
      <PageHeader title="Nothing is here" />
      <Empty
        action={
          <Button component={Link} to="/">
            To the live page
          </Button>
        }
      >
        No page has this address; it may have been moved or mistyped.
      </Empty>
    </>
  );
}
