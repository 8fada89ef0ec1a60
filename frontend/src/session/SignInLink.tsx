import { Button, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Link, useNavigate } from "react-router";
import { api, ask } from "@/api/client";
import { ApiError } from "@/api/error";
import { Failure } from "@/ui/Failure";
import { Door } from "./Door";
import { Incomplete } from "./Incomplete";
import { secretOfLink } from "./link";
import { begin } from "./session";

/** A link that signs in, once. */
export function SignInLink() {
  const token = useRef(secretOfLink()).current;
  const navigate = useNavigate();
  const used = useRef(false);
  const { mutate, error } = useMutation({
    mutationFn: () => ask(api.POST("/api/v1/session/link", { body: { token } })),
    onSuccess: (session) => {
      begin(session);
      navigate("/", { replace: true });
    },
  });
  useEffect(() => {
    if (!token || used.current) return;
    used.current = true;
    mutate();
  }, [token, mutate]);
  if (!token) return <Incomplete />;
  return (
    <Door title={error ? titleOf(error) : "Signing in…"}>
      {error ? (
        <Stack gap="md">
          <Failure error={error} retry={isRefused(error) ? undefined : mutate} />
          <Button component={Link} to="/" variant="default">
            Sign in with name and password
          </Button>
        </Stack>
      ) : (
        <Text c="dimmed">One moment.</Text>
      )}
    </Door>
  );
}

/** Whether it is the link that was at fault; else it may work the next time. */
function isRefused(error: Error): boolean {
  return error instanceof ApiError && error.status < 500 && error.status !== 429;
}

function titleOf(error: Error): string {
  return isRefused(error) ? "This link does not work" : "You are not signed in yet";
}
