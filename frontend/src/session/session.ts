import { notifications } from "@mantine/notifications";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, ask, keepCsrfToken, type Schemas } from "@/api/client";
import { ApiError } from "@/api/error";
import { queries } from "@/app/queries";

export type Session = Schemas["SessionOutput"];
export type Permission = Schemas["Permission"];

const KEY = ["session"];

let last: Session | null = null;

/** Whose pages were shown last, and wait for that person where the session ended by itself. */
export function whosePages(): Session["userId"] | undefined {
  return last?.userId;
}

async function readSession(): Promise<Session | null> {
  try {
    const session = await ask(api.GET("/api/v1/session"));
    keepCsrfToken(session.csrfToken);
    last = session;
    return session;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

const sessionQuery = queryOptions({ queryKey: KEY, queryFn: readSession, staleTime: 60_000 });

/** Who is signed in: `null` when nobody is. */
export function useSession() {
  return useQuery(sessionQuery);
}

/** Takes over a session that was just begun; nothing of anybody before is shown any more. */
export function begin(session: Session): void {
  keepCsrfToken(session.csrfToken);
  if (session.userId !== last?.userId) forgetAll();
  last = session;
  queries.setQueryData(KEY, session);
}

/** Ends the session; nothing of it is kept. */
export async function signOut(): Promise<void> {
  await ask(api.DELETE("/api/v1/session"));
  keepCsrfToken(null);
  forgetAll();
  last = null;
  queries.setQueryData(KEY, null);
}

function forgetAll(): void {
  // The query of the session itself must stay: who looks at it would hear of no other one.
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== KEY[0] });
  queries.getMutationCache().clear();
  notifications.clean();
}

/** Whether who is signed in may do something; what it may not do is not offered. */
export function useMay(): (permission: Permission) => boolean {
  const { data } = useSession();
  // Pages that wait for somebody to sign in again stay as they were.
  const permissions = (data ?? last)?.permissions ?? [];
  return (permission) => permissions.includes(permission);
}
