// One error class for everything that this package throws or rejects with.

import { API_CODES, CORE_CODES, FLOW_CODES, PACKAGE_CODES } from "./codes.js";
import type { ErrorCode, Recovery } from "./codes.js";

const KNOWN: ReadonlySet<string> = new Set([...FLOW_CODES, ...API_CODES, ...CORE_CODES, ...PACKAGE_CODES]);

/** An error with a stable `code`. `message` is for the developer, in English, and names no person and no secret. */
export class KycCaptureError extends Error {
  override readonly name = "KycCaptureError";
  readonly code: ErrorCode;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** Ways on for the person, best first; empty where the error is the developer's. */
  readonly recovery: readonly Recovery[];
  /** For `invalid_option`: the path of the option, as `liveness.steps`; else `null`. */
  readonly option: string | null;

  constructor(
    code: ErrorCode,
    message: string,
    options: { retryable?: boolean; recovery?: readonly Recovery[]; option?: string | null; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.recovery = options.recovery ?? [];
    this.option = options.option ?? null;
  }
}

/** An error as it crosses the worker's boundary: class and prototype would be lost. */
export interface WireError {
  code: string;
  message: string;
  retryable: boolean;
  recovery?: readonly Recovery[];
  option?: string | null;
}

/** Whether a text is one of the known codes. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && KNOWN.has(code);
}

/** What to send across the worker's boundary for something caught. */
export function toWire(error: unknown): WireError {
  const from = error as Partial<WireError> | null | undefined;
  if (typeof from === "object" && from !== null && isErrorCode(from.code)) {
    return {
      code: from.code,
      message: String(from.message ?? from.code),
      retryable: from.retryable === true,
      recovery: from.recovery ?? [],
      option: from.option ?? null,
    };
  }
  return { code: "core_crashed", message: messageOf(error), retryable: true };
}

/** The error that crossed the boundary, as the class it was; anything else caught, wrapped under `fallback`. */
export function fromWire(error: unknown, fallback: ErrorCode = "core_crashed"): KycCaptureError {
  if (error instanceof KycCaptureError) return error;
  const from = error as Partial<WireError> | null | undefined;
  const code = typeof from === "object" && from !== null && isErrorCode(from.code) ? from.code : fallback;
  return new KycCaptureError(code, messageOf(error), {
    retryable: typeof from === "object" && from !== null && from.retryable === true,
    recovery: (typeof from === "object" && from?.recovery) || [],
    option: (typeof from === "object" && from?.option) || null,
    cause: error,
  });
}

/** The words of something thrown, whatever it is. */
export function messageOf(error: unknown): string {
  if (typeof error === "object" && error !== null && "message" in error) return String(error.message);
  return String(error);
}
