import { Button } from "@mantine/core";
import { Link } from "react-router";
import { useMay } from "@/session/session";
import { Empty, Filtered } from "@/ui/Empty";

/** No endpoint to show: none at all, or none that passes the filter. */
export function Nothing({ isAtAll, clear }: { isAtAll: boolean; clear: () => void }) {
  const may = useMay();
  if (!isAtAll) return <Filtered clear={clear}>No meter passes this filter.</Filtered>;
  if (!may("set-up")) return <Empty>No meter serves you yet.</Empty>;
  return (
    <Empty
      action={
        <Button component={Link} to="/setup">
          Set up a meter
        </Button>
      }
    >
      No meter is set up yet.
    </Empty>
  );
}
