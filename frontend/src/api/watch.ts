import { csrfHeader } from "./client";
import { errorOf } from "./error";

/** How far a long piece of work is. */
export type HowFar = { done: number; total: number };

type Told = { progress?: HowFar; status?: number; body?: { data: unknown } };

const LINES = "application/x-ndjson";

/**
 * Asks for long work and returns its data; it is told how far that is. Where the signal ends it,
 * what was finished by then stays.
 */
export async function askWatched<T>(
  address: string,
  body: FormData | object,
  tell: (howFar: HowFar) => void,
  signal: AbortSignal,
): Promise<T> {
  const isForm = body instanceof FormData;
  const response = await fetch(address, {
    method: "POST",
    body: isForm ? body : JSON.stringify(body),
    headers: {
      Accept: LINES,
      ...(!isForm && { "Content-Type": "application/json" }),
      ...csrfHeader(),
    },
    signal,
  });
  if (!response.ok) throw errorOf(response.status, await response.json().catch(() => undefined));
  for await (const { progress, status, body: answer } of linesOf(response)) {
    if (progress) tell(progress);
    if (status === undefined) continue;
    if (status >= 400) throw errorOf(status, answer);
    return answer?.data as T;
  }
  throw new TypeError("The connection was lost before it was done.");
}

async function* linesOf(response: Response): AsyncGenerator<Told> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const part = await reader?.read();
    const lines = (rest + (part?.value ?? "")).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line) as Told;
    if (!part || part.done) return;
  }
}
