import { Button, Group, Text } from "@mantine/core";
import { isRouteErrorResponse, useRouteError } from "react-router";
import { reason } from "@/api/error";
import { Door } from "@/session/Door";

/** A page that broke, or one whose code is gone since the server was updated. */
export function Broken() {
  const error = useRouteError();
  const why = isRouteErrorResponse(error) ? error.statusText : reason(error);
  return (
    <Door title="This page could not be shown">
      <Text mb="md">{why}</Text>
      <Group>
        <Button onClick={() => window.location.reload()}>Load it again</Button>
        <Button component="a" href="/" variant="default">
          To the live page
        </Button>
      </Group>
    </Door>
  );
}
