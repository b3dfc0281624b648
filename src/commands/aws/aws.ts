/** `aws`: virtual MFA devices and sessions, through the user's own AWS CLI. Each does its work in a file of its own. */
import type { Command } from "commander";
import { examples } from "../../talk/examples.ts";
import type { World } from "../../world.ts";
import type { EnrollOptions } from "./enroll.ts";
import type { ResyncOptions } from "./resync.ts";
import type { CredentialsOptions, SessionOptions } from "./session.ts";
import type { ConfigOptions } from "./write-config.ts";

const ACCOUNT = "name, id, or part of name, issuer or label";
const PROFILE = "of the AWS CLI, with your long-term keys";
const SERIAL = "ARN of the MFA device; it is kept with the account";
const FOR_AWS = "for the AWS CLI, after --";

/** The session first: what all of them need comes into its file, which is loaded once for each call of the AWS CLI. */
const work = {
  session: () => import("./session.ts"),
  enroll: () => import("./enroll.ts"),
  resync: () => import("./resync.ts"),
  config: () => import("./write-config.ts"),
};

export function registerAws(program: Command, world: World): void {
  const command = program
    .command("aws")
    .description("AWS: enroll MFA devices, and get sessions with MFA, through your own AWS CLI");
  command
    .command("enroll")
    .description("create a virtual MFA device for an IAM user, keep its seed, enable it, and prove it")
    .argument("[aws-options...]", FOR_AWS)
    .option("--user <name>", "the IAM user (default: whose keys these are)")
    .option("--device-name <name>", "of the MFA device (default: as the user)")
    .option("--profile <profile>", "of the AWS CLI")
    .option("--name <name>", "what to call the account here (default: issuer:label)")
    .option("--root", "the root user, which AWS allows in the console only: leads you through it")
    .action(async (extra: string[], options: EnrollOptions) => {
      const { enroll } = await work.enroll();
      return enroll(extra, options, world);
    });
  command
    .command("resync")
    .description("bring AWS into step with the device again, by two consecutive codes")
    .argument("<account>", ACCOUNT)
    .argument("[aws-options...]", FOR_AWS)
    .option("--user <name>", "the IAM user (default: whose keys these are)")
    .option("--profile <profile>", "of the AWS CLI")
    .option("--serial <arn>", SERIAL)
    .action(async (query: string, extra: string[], options: ResyncOptions) => {
      const { resync } = await work.resync();
      return resync(query, extra, options, world);
    });
  command
    .command("session")
    .description("temporary credentials with MFA; kept, sealed, until 5 minutes before they end")
    .argument("<account>", ACCOUNT)
    .argument("[aws-options...]", FOR_AWS)
    .option("--profile <profile>", PROFILE)
    .option("--duration <time>", "such as 12h, 90m or 900s (default: 12h; of a role: 1h)")
    .option("--role-arn <arn>", "take on this role")
    .option("--serial <arn>", SERIAL)
    .option("--renew", "not the ones that are kept")
    .option("--format <format>", "export (for sh) or json", "export")
    .action(async (query: string, extra: string[], options: SessionOptions) => {
      const { session } = await work.session();
      return session(query, extra, options, world);
    });
  command
    .command("credentials")
    .description("the same for credential_process: asks nobody, and is over within a minute")
    .argument("<account>", ACCOUNT)
    .argument("[aws-options...]", FOR_AWS)
    .requiredOption("--profile <profile>", PROFILE)
    .option("--duration <time>", "such as 12h, 90m or 900s (default: 12h; of a role: 1h)")
    .option("--role-arn <arn>", "take on this role")
    .option("--serial <arn>", SERIAL)
    .action(async (query: string, extra: string[], options: CredentialsOptions) => {
      const { credentials } = await work.session();
      return credentials(query, extra, options, world);
    });
  command
    .command("config")
    .description("the lines for the AWS config file: credential_process, and mfa_process for aws-vault")
    .argument("<account>", ACCOUNT)
    .argument("[aws-options...]", FOR_AWS)
    .requiredOption("--profile <profile>", PROFILE)
    .option("--as <profile>", "the new profile, whose keys come from twinseed (default: PROFILE-mfa)")
    .option("--duration <time>", "of its sessions")
    .option("--role-arn <arn>", "take on this role")
    .option("--serial <arn>", SERIAL)
    .option("--mfa-process", "the lines for aws-vault, which go to PROFILE itself")
    .option("--windows", "lines for Windows (default there)")
    .option("--write", "add them to the file, whose other lines stay as they are")
    .action(async (query: string, extra: string[], options: ConfigOptions) => {
      const { config } = await work.config();
      return config(query, extra, options, world);
    });
  examples(
    command,
    "enroll",
    "twinseed aws enroll --profile work  # a second factor for your own IAM user, and the QR code for the phone",
    "twinseed aws enroll --root  # the root user, in the console",
  );
  examples(command, "resync", "twinseed aws resync work --profile work");
  examples(
    command,
    "session",
    'eval "$(twinseed aws session work --profile work)"  # credentials with MFA for this shell',
    "twinseed aws session work --profile work -- --region eu-west-1  # what follows -- goes to aws",
  );
  examples(
    command,
    "credentials",
    "twinseed aws credentials work --profile work  # what credential_process runs",
  );
  examples(
    command,
    "config",
    "twinseed aws config work --profile work --write  # from now on: aws --profile work-mfa ...",
    "twinseed aws config work --profile work --mfa-process  # for aws-vault",
  );
}
