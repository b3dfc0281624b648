/** Temporary credentials: read from what STS answers, written as the tools want them. Pure. */
import { objectOf } from "../base/untrusted-json.ts";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since 1970. */
  readonly expiration: number;
}

export type CredentialFormat = "export" | "json" | "process";

const ACCESS_KEY = /^\w{16,128}$/;
/** Nothing that a shell, an INI file or a terminal could take for something else. */
const TOKEN = /^[\w+/=.:,~-]{1,8192}$/;

/** From GetSessionToken's or AssumeRole's JSON; undefined where it is none. */
export function parseCredentials(answer: unknown): Credentials | undefined {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } =
    objectOf(objectOf(answer)?.Credentials) ?? {};
  const expiration = typeof Expiration === "string" ? Date.parse(Expiration) : Number.NaN;
  if (!matches(ACCESS_KEY, AccessKeyId) || !matches(TOKEN, SecretAccessKey) || !matches(TOKEN, SessionToken))
    return undefined;
  if (!Number.isFinite(expiration)) return undefined;
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration,
  };
}

/** The other way round: what parseCredentials reads. */
export function answerOf(credentials: Credentials): unknown {
  return { Credentials: awsFields(credentials) };
}

export function formatCredentials(credentials: Credentials, format: CredentialFormat): string {
  if (format === "export") {
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    return [
      `export AWS_ACCESS_KEY_ID='${accessKeyId}'`,
      `export AWS_SECRET_ACCESS_KEY='${secretAccessKey}'`,
      `export AWS_SESSION_TOKEN='${sessionToken}'`,
      `export AWS_CREDENTIAL_EXPIRATION='${timeOf(credentials)}'`,
      "",
    ].join("\n");
  }
  return `${JSON.stringify({ Version: 1, ...awsFields(credentials) })}\n`;
}

function awsFields(credentials: Credentials) {
  return {
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.sessionToken,
    Expiration: timeOf(credentials),
  };
}

/** ISO 8601; AWS counts whole seconds. */
export function timeOf({ expiration }: Credentials): string {
  return new Date(expiration).toISOString().replace(/\.000Z$/, "Z");
}

function matches(pattern: RegExp, value: unknown): value is string {
  return typeof value === "string" && pattern.test(value);
}
