/** What `aws audit` asks AWS, and the policy that allows exactly that. */

export interface Asked {
  readonly operation: readonly [service: string, operation: string];
  /** As policies name it. */
  readonly action: string;
  /** What can't be known without it. */
  readonly what: string;
}

export const ASKED = {
  summary: {
    operation: ["iam", "get-account-summary"],
    action: "iam:GetAccountSummary",
    what: "whether the root user has MFA",
  },
  makeReport: {
    operation: ["iam", "generate-credential-report"],
    action: "iam:GenerateCredentialReport",
    what: "passwords and access keys of the users",
  },
  report: {
    operation: ["iam", "get-credential-report"],
    action: "iam:GetCredentialReport",
    what: "passwords and access keys of the users",
  },
  users: { operation: ["iam", "list-users"], action: "iam:ListUsers", what: "which users there are now" },
  devices: {
    operation: ["iam", "list-virtual-mfa-devices"],
    action: "iam:ListVirtualMFADevices",
    what: "virtual MFA devices",
  },
  devicesOf: {
    operation: ["iam", "list-mfa-devices"],
    action: "iam:ListMFADevices",
    what: "MFA devices of single users",
  },
  organization: {
    operation: ["organizations", "list-accounts"],
    action: "organizations:ListAccounts",
    what: "accounts of the organization",
  },
} as const satisfies Readonly<Record<string, Asked>>;

/** For a user, a role or a permission set. */
export function auditPolicy(withOrganization: boolean): string {
  const asked: readonly Asked[] = Object.values(ASKED);
  const actions = asked
    .filter((one) => withOrganization || one !== ASKED.organization)
    .map(({ action }) => action)
    .toSorted();
  const statement = { Sid: "TwinseedAwsAudit", Effect: "Allow", Action: actions, Resource: "*" };
  return `${JSON.stringify({ Version: "2012-10-17", Statement: [statement] }, null, 2)}\n`;
}
