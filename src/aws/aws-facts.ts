/** What AWS says about one account. undefined: it could not be asked, and no finding depends on it. */
import type { Caller } from "./arn.ts";
import type { ReportedUser } from "./credential-report.ts";

export interface AwsFacts extends Pick<Caller, "partition" | "account"> {
  readonly rootHasMfa: boolean | undefined;
  /** Neither a password nor access keys: so no one can sign in as root, as in members of an organization that manages its roots. */
  readonly rootHasNoCredentials: boolean;
  /** Serials of all devices of the root user, security keys and passkeys included: only root may list them. */
  readonly rootDevices: readonly string[] | undefined;
  readonly report: readonly ReportedUser[] | undefined;
  /** Names of all IAM users, now; the report may be four hours old. */
  readonly users: ReadonlySet<string> | undefined;
  readonly devices: readonly VirtualDevice[] | undefined;
  /** How many MFA devices of any kind a user has; only of those who had to be asked about. */
  readonly devicesOf: ReadonlyMap<string, number>;
}

export interface VirtualDevice {
  readonly serial: string;
  /** Its user's name, or ROOT; undefined if it has none. */
  readonly owner: string | undefined;
  /** Milliseconds. */
  readonly enabledAt: number | undefined;
}

export interface OrganizationAccount {
  readonly id: string;
  readonly name: string;
  /** ACTIVE, SUSPENDED (closed), PENDING_CLOSURE, … */
  readonly status: string;
}

/** Whether the user could sign in with a password alone, as far as the report and the list of virtual devices tell. */
export function mustAskAbout({ user, hasPassword }: ReportedUser, { users, devices }: AwsFacts): boolean {
  return (
    hasPassword && (users?.has(user) ?? true) && !(devices?.some(({ owner }) => owner === user) ?? false)
  );
}
