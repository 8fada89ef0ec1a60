import createClient, { type Middleware } from "openapi-fetch";
import { errorOf } from "./error";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

let csrfToken = "";

/** Keeps what writes have to send along; the session's answer brings it. */
export function keepCsrfToken(token: string | null): void {
  csrfToken = token ?? "";
}

/** Returns the header that a write has to carry, for the requests that the client does not make. */
export function csrfHeader(): Record<string, string> {
  return csrfToken ? { "X-CSRF-Token": csrfToken } : {};
}

const csrf: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET" && csrfToken) request.headers.set("X-CSRF-Token", csrfToken);
    return request;
  },
};

/** The API, typed by its own document; see `ask` for answers without the envelope. */
export const api = createClient<paths>({
  baseUrl: "/",
  credentials: "same-origin",
  querySerializer: { array: { style: "form", explode: true } },
});
api.use(csrf);

export type Answered<T> = { data?: T; error?: unknown; response: Response };

/** Waits for an answer and returns it whole (`data`, `nextCursor`, …); throws an `ApiError`. */
export async function askWhole<T>(call: Promise<Answered<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok || data === undefined) throw errorOf(response.status, error);
  return data;
}

/** Waits for an answer and returns its `data`; throws an `ApiError`. */
export async function ask<T>(call: Promise<Answered<{ data: T }>>): Promise<T> {
  return (await askWhole(call)).data;
}

/** What was shown, with the tag that a change of it has to name. */
export type Tagged<T> = { value: T; tag: string };

/** Like `ask`, with the answer's ETag: send it as `If-Match` when changing what was shown. */
export async function askTagged<T>(call: Promise<Answered<{ data: T }>>): Promise<Tagged<T>> {
  const { data, error, response } = await call;
  if (!response.ok || data === undefined) throw errorOf(response.status, error);
  return { value: data.data, tag: response.headers.get("ETag") ?? "" };
}
