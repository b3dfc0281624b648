/** `aws`: virtual MFA devices and sessions, through the user's own AWS CLI. Each subcommand has its own file. */
import type { Command } from "commander";
import { examples } from "../../talk/examples.ts";
import type { World } from "../../world.ts";
import type { AwsAuditOptions } from "./aws-audit.ts";
import type { EnrollOptions } from "./enroll.ts";
import type { ResyncOptions } from "./resync.ts";
import type { CredentialsOptions, SessionOptions } from "./session.ts";
import type { ConfigOptions } from "./write-config.ts";

const ACCOUNT = "name, id, or part of a name, issuer or label";
const PROFILE = "AWS CLI profile with your long-term keys, or of a role";
const ROLE_ARN = "assume this role (default: the role of the profile)";
const EXTERNAL_ID = "external ID that the role requires (default: the profile's)";
const SESSION_NAME = "name of the role's session (default: the profile's, or twinseed)";
const SERIAL = "ARN of the MFA device; saved with the account";
const FOR_AWS = "options for the AWS CLI, after --";

/** Session comes first, so that the build puts shared code into its file: each call of the AWS CLI loads that file once. */
const work = {
  session: () => import("./session.ts"),
  enroll: () => import("./enroll.ts"),
  resync: () => import("./resync.ts"),
  config: () => import("./write-config.ts"),
  audit: () => import("./aws-audit.ts"),
};

export function registerAws(program: Command, world: World): void {
  const command: Command = program
    .command("aws")
    .description("enroll MFA devices at AWS and get sessions with MFA, through your own AWS CLI")
    .helpCommand(true)
    .action(() => command.help());
  command
    .command("enroll")
    .description(
      "create a virtual MFA device for an IAM user, store its seed, enable it, and prove that it works",
    )
    .argument("[aws-options...]", FOR_AWS)
    .option("--user <name>", "the IAM user (default: the owner of the keys)")
    .option("--device-name <name>", "name of the MFA device (default: the user's name)")
    .option("--profile <profile>", "AWS CLI profile")
    .option("--name <name>", "name for the account here (default: issuer:label)")
    .option("--root", "walk you through the AWS console, the only way to enroll the root user")
    .action(async (extra: string[], options: EnrollOptions) => {
      const { enroll } = await work.enroll();
      return enroll(extra, options, world);
    });
  command
    .command("resync")
    .description("bring AWS back into step with the device, with two consecutive codes")
    .argument("<account>", ACCOUNT)
    .argument("[aws-options...]", FOR_AWS)
    .option("--user <name>", "the IAM user (default: the owner of the keys)")
    .option("--profile <profile>", "AWS CLI profile")
    .option("--serial <arn>", SERIAL)
    .action(async (query: string, extra: string[], options: ResyncOptions) => {
      const { resync } = await work.resync();
      return resync(query, extra, options, world);
    });
  command
    .command("session")
    .description("print temporary credentials with MFA; cached, sealed, until 5 minutes before they expire")
    .argument("<account>", ACCOUNT)
    .argument("[aws-options...]", FOR_AWS)
    .option("--profile <profile>", PROFILE)
    .option("--duration <time>", "such as 12h, 90m or 900s (default: 12h; for a role: 1h)")
    .option("--role-arn <arn>", ROLE_ARN)
    .option("--external-id <id>", EXTERNAL_ID)
    .option("--role-session-name <name>", SESSION_NAME)
    .option("--serial <arn>", SERIAL)
    .option("--renew", "ignore cached credentials")
    .option("--format <format>", "export (for sh), powershell or json", "export")
    .action(async (query: string, extra: string[], options: SessionOptions) => {
      const { session } = await work.session();
      return session(query, extra, options, world);
    });
  command
    .command("credentials")
    .description("the same for credential_process: never prompts; finishes within a minute")
    .argument("<account>", ACCOUNT)
    .argument("[aws-options...]", FOR_AWS)
    .requiredOption("--profile <profile>", PROFILE)
    .option("--duration <time>", "such as 12h, 90m or 900s (default: 12h; for a role: 1h)")
    .option("--role-arn <arn>", ROLE_ARN)
    .option("--external-id <id>", EXTERNAL_ID)
    .option("--role-session-name <name>", SESSION_NAME)
    .option("--serial <arn>", SERIAL)
    .action(async (query: string, extra: string[], options: CredentialsOptions) => {
      const { credentials } = await work.session();
      return credentials(query, extra, options, world);
    });
  command
    .command("config")
    .description("print the lines for the AWS config file: credential_process, and mfa_process for aws-vault")
    .argument("<account>", ACCOUNT)
    .argument("[aws-options...]", FOR_AWS)
    .requiredOption("--profile <profile>", PROFILE)
    .option(
      "--as <profile>",
      "name of the new profile, which gets its keys from twinseed (default: PROFILE-mfa)",
    )
    .option("--duration <time>", "duration of its sessions")
    .option("--role-arn <arn>", ROLE_ARN)
    .option("--external-id <id>", EXTERNAL_ID)
    .option("--role-session-name <name>", SESSION_NAME)
    .option("--serial <arn>", SERIAL)
    .option("--mfa-process", "print the lines for aws-vault, which go into PROFILE itself")
    .option(
      "--roles",
      "let all role profiles of PROFILE use the new one; prints the changes, or asks with --write",
    )
    .option("--undo-roles", "give those role profiles their own lines back")
    .option("--windows", "use Windows syntax (default on Windows)")
    .option("--write", "add them to the file; its other lines do not change")
    .option("--yes", "skip the confirmation prompt of --roles and --undo-roles")
    .action(async (query: string, extra: string[], options: ConfigOptions) => {
      const { config } = await work.config();
      return config(query, extra, options, world);
    });
  command
    .command("audit")
    .description(
      "compare the MFA devices at AWS with the seeds here; exits 8 if it finds something, 1 if it can't look at all",
    )
    .argument("[aws-options...]", FOR_AWS)
    .option("--profile <profile>", "AWS CLI profile to look with; nothing at AWS is changed")
    .option("--all-profiles", "look at the accounts of all profiles")
    .option("--no-organization", "do not ask for the accounts of the organization")
    .option("--key-age <days>", "days after which access keys are old", "90d")
    .option(
      "--root-passkeys <number>",
      "passkeys and security keys that root has: AWS shows them only to root",
      "0",
    )
    .option("--alias <alias>", "the account's alias, if labels of QR codes end in it")
    .option("--policy", "print the policy that allows what this command asks, and ask nothing")
    .option("--json", "print as JSON")
    .action(async (extra: string[], options: AwsAuditOptions) => {
      const { awsAudit } = await work.audit();
      return awsAudit(extra, options, world);
    });
  examples(
    command,
    "enroll",
    "twinseed aws enroll --profile work  # MFA for your own IAM user",
    "twinseed aws enroll --root  # the root user, in the console",
  );
  examples(command, "resync", "twinseed aws resync work --profile work");
  examples(
    command,
    "session",
    'eval "$(twinseed aws session work --profile work)"  # for this shell',
    "twinseed aws session work --format powershell | Out-String | iex",
    "twinseed aws session work --profile admin  # with role_arn: the role",
    "twinseed aws session work -- --region eu-west-1  # after --: options for aws",
  );
  examples(
    command,
    "credentials",
    "twinseed aws credentials work --profile work  # what credential_process runs",
  );
  examples(
    command,
    "config",
    "twinseed aws config work --profile work --write  # adds profile work-mfa",
    "twinseed aws config work --profile work --roles --write  # roles, too",
    "twinseed aws config work --profile work --mfa-process  # for aws-vault",
  );
  examples(
    command,
    "audit",
    "twinseed aws audit --profile work",
    "twinseed aws audit --all-profiles --json | jq",
    "twinseed aws audit --policy > policy.json  # what it needs",
  );
}
