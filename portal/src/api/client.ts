// The portal's own server: the session, and calls of the cloud's API. Owns nothing but the wire.
import type { Operation, Results } from "./operations";

export interface Session {
  account: { name: string; id: string };
  region: string;
  regions: string[];
}

export interface Credentials {
  access_key_id: string;
  secret_access_key: string;
  session_token?: string;
  endpoint?: string;
  region?: string;
}

/** What the cloud, the gate in front of it or the portal's server answered instead of a result. */
export class CloudError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly operation = "",
  ) {
    super(message);
    this.name = "CloudError";
  }

  /** The request may have been carried out, although its answer says nothing of that. */
  get inDoubt(): boolean {
    return this.status === 0 || this.status >= 500;
  }

  /** A rule of the gate, not the cloud, said no. */
  get refused(): boolean {
    return this.code === "SkywrightRefused";
  }
}

interface Failure {
  error?: { code?: string; message?: string; operation?: string };
}

async function request<T>(method: string, path: string, body?: unknown, region?: string): Promise<T> {
  const headers: Record<string, string> = { "X-Skywright-Portal": "1", "Content-Type": "application/json" };
  if (region) headers["X-Region"] = region;
  let response: Response;
  try {
    response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new CloudError("Unreachable", "The portal's server did not answer.", 0, operationOf(path));
  }
  const answer: unknown = await response.json().catch(() => ({}));
  if (response.ok) return answer as T;
  const failure = (answer as Failure).error ?? {};
  const message = failure.message || `The request failed with status ${response.status}.`;
  throw new CloudError(failure.code ?? "Failed", message, response.status, failure.operation ?? operationOf(path));
}

function operationOf(path: string): string {
  const [, service, operation] = /^\/api\/call\/(\w+)\/(\w+)/.exec(path) ?? [];
  return service && operation ? `${service}:${operation}` : "";
}

export const readSession = () => request<Session>("GET", "/api/session");
export const signIn = (credentials: Credentials) => request<Session>("POST", "/api/session", credentials);
export const signOut = () => request<unknown>("DELETE", "/api/session");

/** One account in one region: whatever a page or a recipe needs to speak to it. */
export class Cloud {
  constructor(
    readonly region: string,
    private readonly onSignedOut: () => void = () => undefined,
  ) {}

  /** Carry out one operation. Throws CloudError. */
  async call<O extends Operation>(operation: O, args: Record<string, unknown> = {}, region = this.region) {
    try {
      return await request<Results[O]>("POST", `/api/call/${operation}`, args, region);
    } catch (error) {
      if (error instanceof CloudError && error.status === 401) this.onSignedOut();
      throw error;
    }
  }
}

/** What went wrong, in one sentence for a person. */
export function explain(error: unknown): string {
  if (error instanceof CloudError) return error.message;
  return error instanceof Error ? error.message : String(error);
}
