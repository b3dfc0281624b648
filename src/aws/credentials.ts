/** Temporary credentials: parsed from the answers of STS, and written in the formats that tools read. Pure. */
import { objectOf } from "../base/untrusted-json.ts";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since 1970. */
  readonly expiration: number;
}

export type CredentialFormat = "export" | "powershell" | "json" | "process";

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
  if (format === "export") return variables(credentials, (name, value) => `export ${name}='${value}'\n`);
  if (format === "powershell") return variables(credentials, (name, value) => `$env:${name}='${value}'\n`);
  return `${JSON.stringify({ Version: 1, ...awsFields(credentials) })}\n`;
}

/** No value has a quotation mark or a line break in it: see TOKEN. */
function variables(credentials: Credentials, assign: (name: string, value: string) => string): string {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return [
    assign("AWS_ACCESS_KEY_ID", accessKeyId),
    assign("AWS_SECRET_ACCESS_KEY", secretAccessKey),
    assign("AWS_SESSION_TOKEN", sessionToken),
    assign("AWS_CREDENTIAL_EXPIRATION", timeOf(credentials)),
  ].join("");
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
