/** Temporary credentials: parsed from the answers of STS, and written in the formats that tools read. Pure. */
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
/** Excludes what a shell, an INI file or a terminal could misread. */
const TOKEN = /^[\w+/=.:,~-]{1,8192}$/;

/** From the JSON of GetSessionToken or AssumeRole; undefined if it is something else. */
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

/** The reverse of parseCredentials. */
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

/** ISO 8601; AWS uses whole seconds. */
export function timeOf({ expiration }: Credentials): string {
  return new Date(expiration).toISOString().replace(/\.000Z$/, "Z");
}

function matches(pattern: RegExp, value: unknown): value is string {
  return typeof value === "string" && pattern.test(value);
}
