import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "@/api/error";

/** A refusal does not become a yes by asking again; a lost connection may. */
function isWorthAskingAgain(failures: number, error: Error): boolean {
  return failures < 2 && !(error instanceof ApiError && error.status < 500);
}

/** Whoever's session ended meanwhile is asked to sign in, whatever it was that told so. */
function onError(error: Error): void {
  if (error instanceof ApiError && error.status === 401) {
    queries.invalidateQueries({ queryKey: ["session"] });
  }
}

export const queries = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: { staleTime: 10_000, retry: isWorthAskingAgain },
  },
});
