/** An answer other than success, as the real server gives it: HTTP status, subcode and a sentence. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly code: number,
    readonly subcode: number,
    message: string,
  ) {
    super(message);
  }
}

export function invalidTask(id: string): ApiError {
  return new ApiError(400, 101, `Invalid task id: id=${id}`);
}

export function invalidProject(id: string): ApiError {
  return new ApiError(400, 401, `Invalid project id: id=${id}`);
}

export function invalidQueue(id: string): ApiError {
  return new ApiError(400, 701, `Invalid queue id: queue=${id}`);
}

export function validationError(message: string): ApiError {
  return new ApiError(400, 12, `Validation error (${message})`);
}

export function badValue(message: string): ApiError {
  return new ApiError(400, 16, `Bad request: ${message}`);
}
