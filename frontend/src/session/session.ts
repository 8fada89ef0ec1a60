import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, ask, keepCsrfToken, type Schemas } from "@/api/client";
import { ApiError } from "@/api/error";
import { queries } from "@/app/queries";

export type Session = Schemas["SessionOutput"];
export type Permission = Schemas["Permission"];

const KEY = ["session"];

async function readSession(): Promise<Session | null> {
  try {
    const session = await ask(api.GET("/api/v1/session"));
    keepCsrfToken(session.csrfToken);
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

/** Takes over a session that was just begun; nothing of the one before it is shown any more. */
export function begin(session: Session): void {
  keepCsrfToken(session.csrfToken);
  show(session);
}

/** Ends the session. */
export async function signOut(): Promise<void> {
  await ask(api.DELETE("/api/v1/session"));
  forget();
}

/** Shows the sign-in page: the session ended. */
export function forget(): void {
  keepCsrfToken(null);
  show(null);
}

function show(session: Session | null): void {
  // The query of the session itself must stay: who looks at it would hear of no other one.
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== KEY[0] });
  queries.getMutationCache().clear();
  queries.setQueryData(KEY, session);
}

/** Whether who is signed in may do something; what it may not do is not offered. */
export function useMay(): (permission: Permission) => boolean {
  const { data } = useSession();
  return (permission) => data?.permissions.includes(permission) ?? false;
}
