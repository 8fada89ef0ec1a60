import type { components } from "./schema";

type ErrorAnswer = components["schemas"]["ErrorAnswer"];

/** What the server refused or could not do, in words for the person who asked. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: Record<string, string>;

  constructor(status: number, code: string, message: string, fields: Record<string, string> = {}) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}

/** Whether a change was refused because somebody else had changed the thing meanwhile. */
export function wasChanged(error: unknown): boolean {
  return error instanceof ApiError && error.status === 412;
}

/** Whether what was asked for is not there, or not any more. */
export function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

/** Returns the error of an answer, whatever kind of answer it is. */
export function errorOf(status: number, body: unknown): ApiError {
  const detail = (body as Partial<ErrorAnswer> | undefined)?.error;
  if (detail?.message) {
    return new ApiError(
      status,
      detail.code,
      detail.message,
      (detail.fields ?? {}) as Record<string, string>,
    );
  }
  return new ApiError(status, "unknown", `The server answered ${status} and no reason.`);
}

/** Returns why something failed, as one sentence. */
export function reason(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  if (error instanceof TypeError) return "The server cannot be reached.";
  return error instanceof Error ? error.message : String(error);
}
