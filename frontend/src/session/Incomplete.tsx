import { Anchor, Text } from "@mantine/core";
import { Link } from "react-router";
import { Door } from "./Door";

/** A one-time page that was opened without its secret. */
export function Incomplete() {
  return (
    <Door title="This link is incomplete">
      <Text mb="md">
        Copy the whole link, with everything after the sign #, or ask an administrator for a new
        one.
      </Text>
      <Anchor component={Link} to="/">
        Sign in with name and password
      </Anchor>
    </Door>
  );
}
