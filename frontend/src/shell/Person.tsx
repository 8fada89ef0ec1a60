import { Menu, UnstyledButton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconBook, IconKey, IconLogout, IconUserCircle } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Link } from "react-router";
import { reason } from "@/api/error";
import { roleName } from "@/session/roles";
import { signOut, useSession } from "@/session/session";
import styles from "./Shell.module.css";

/** Who is signed in, and what that person can do with the own account. */
export function Person() {
  const { data } = useSession();
  const leave = useMutation({
    mutationFn: signOut,
    onError: (error) =>
      notifications.show({
        color: "red",
        title: "You are still signed in.",
        message: reason(error),
        autoClose: false,
      }),
  });
  if (!data) return null;
  return (
    <Menu position="top-start" width={190}>
      <Menu.Target>
        <UnstyledButton className={styles.link ?? ""} w="100%">
          <IconUserCircle aria-hidden size={18} stroke={1.75} />
          {data.displayName}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Signed in as {roleName(data.role).toLowerCase()}</Menu.Label>
        <Menu.Item component={Link} to="/password" leftSection={<IconKey size={16} />}>
          Change password
        </Menu.Item>
        <Menu.Item component="a" href="/docs" leftSection={<IconBook size={16} />}>
          API documentation
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => leave.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
