/** Reads what AWS says about one account. What could not be read is a gap, never a fact. */

import type { Caller } from "../../aws/arn.ts";
import {
  type AwsFacts,
  mustAskAbout,
  type OrganizationAccount,
  type VirtualDevice,
} from "../../aws/aws-facts.ts";
import { ROOT } from "../../aws/credential-report.ts";
import { UserError } from "../../base/errors.ts";
import { isText, isTime, type JsonObject, objectOf } from "../../base/untrusted-json.ts";
import { type Progress, progressOf } from "../../talk/progress.ts";
import type { Needs } from "../../world.ts";
import type { AwsReader } from "./ask-aws.ts";
import { ASKED, type Asked } from "./audit-policy.ts";
import { type Gap, gapOf, named, odd } from "./gaps.ts";
import { newerThan, reportOf } from "./read-report.ts";

type FactsNeeds = Needs<"clock" | "stderr">;

export interface ReadFacts {
  readonly facts: AwsFacts;
  /** ISO 8601; AWS makes a new report every four hours. */
  readonly reportedAt: string | undefined;
  readonly gaps: readonly Gap[];
}

const AT_ONCE = 4;
const USER = /^[\w+=,.@-]{1,128}$/;

/** `rootReader`: with the keys of the root user, which alone may list root's devices. */
export async function readFacts(
  { account, partition }: Pick<Caller, "account" | "partition">,
  reader: AwsReader,
  rootReader: AwsReader | undefined,
  needs: FactsNeeds,
): Promise<ReadFacts> {
  const gaps: Gap[] = [];
  const known = <T>(answer: T | UserError, asked: Asked): T | undefined => {
    if (!(answer instanceof UserError)) return answer;
    gaps.push(gapOf(asked, answer));
    return undefined;
  };
  const withProgress = async <T>(what: string, work: (progress: Progress) => Promise<T>): Promise<T> => {
    const progress = progressOf(`${account}: ${what}`, needs);
    try {
      return await work(progress);
    } finally {
      progress.end();
    }
  };

  const summary = known(await summaryOf(reader), ASKED.summary);
  const all = summary?.users ?? 0;
  const users = known(
    await withProgress("users", ({ at }) => usersOf(reader, (done) => at(done, Math.max(done, all)))),
    ASKED.users,
  );
  const devices = known(
    await withProgress("devices", ({ at }) => devicesIn(reader, (done) => at(done, Math.max(done, all)))),
    ASKED.devices,
  );
  const report = await reportOf(reader, known, needs);
  const found = {
    account,
    partition,
    rootHasMfa: summary?.rootHasMfa,
    rootHasNoCredentials: summary?.rootHasNoCredentials ?? false,
    rootDevices:
      rootReader === undefined ? undefined : known(await serialsOf(rootReader, undefined), ASKED.devicesOf),
    report: report?.users,
    users,
    devices,
    devicesOf: new Map<string, number>(),
  };
  gaps.push(...newerThan(report, users));
  const suspects = (report?.users ?? []).filter((one) => one.user !== ROOT && mustAskAbout(one, found));
  const asked = await withProgress("MFA of users", (progress) =>
    askAbout(
      suspects.map(({ user }) => user),
      reader,
      progress,
    ),
  );
  gaps.push(...asked.gaps);
  return { facts: { ...found, devicesOf: asked.devicesOf }, reportedAt: report?.at, gaps };
}

/** The accounts of the organization; none if there is no organization. */
export async function readOrganization(reader: AwsReader): Promise<readonly OrganizationAccount[] | Gap> {
  const items = await reader.list(ASKED.organization, "Accounts");
  if (items instanceof UserError)
    return /AWSOrganizationsNotInUse/.test(items.message) ? [] : gapOf(ASKED.organization, items);
  const accounts = items.map(({ Id, Name, Status, State }): OrganizationAccount | undefined =>
    isText(Id) && /^\d{12}$/.test(Id)
      ? {
          id: Id,
          name: isText(Name) ? Name : "",
          status: isText(Status) ? Status : isText(State) ? State : "",
        }
      : undefined,
  );
  return accounts.every((one) => one !== undefined) ? accounts : gapOf(ASKED.organization, odd("an account"));
}

interface Summary extends Pick<AwsFacts, "rootHasNoCredentials"> {
  readonly rootHasMfa: boolean;
  readonly users: number;
}

async function summaryOf(reader: AwsReader): Promise<Summary | UserError> {
  const answer = await reader.ask(ASKED.summary);
  if (answer instanceof UserError) return answer;
  const {
    AccountMFAEnabled: mfa,
    AccountPasswordPresent: password,
    AccountAccessKeysPresent: accessKeys,
    Users: users,
  } = objectOf(answer.SummaryMap) ?? {};
  if (mfa !== 0 && mfa !== 1) return odd("AccountMFAEnabled");
  return {
    rootHasMfa: mfa === 1,
    rootHasNoCredentials: password === 0 && accessKeys === 0,
    users: typeof users === "number" ? users : 0,
  };
}

async function usersOf(
  reader: AwsReader,
  at: (done: number) => void,
): Promise<ReadonlySet<string> | UserError> {
  const items = await reader.list(ASKED.users, "Users", at);
  if (items instanceof UserError) return items;
  const names = items.map(({ UserName }) => UserName).filter(isText);
  return names.length === items.length ? new Set(names) : odd("a user without a name");
}

async function devicesIn(
  reader: AwsReader,
  at: (done: number) => void,
): Promise<readonly VirtualDevice[] | UserError> {
  const items = await reader.list(ASKED.devices, "VirtualMFADevices", at);
  if (items instanceof UserError) return items;
  const devices = items.map(deviceOf);
  return devices.every((one) => one !== undefined)
    ? devices
    : odd("a device without a serial or with an odd user");
}

function deviceOf({ SerialNumber: serial, User, EnableDate }: JsonObject): VirtualDevice | undefined {
  if (!isText(serial)) return undefined;
  const { UserName: name, Arn: arn } = objectOf(User) ?? {};
  const enabledAt = isTime(EnableDate) ? Date.parse(EnableDate) : undefined;
  if (isText(name) && name !== "") return { serial, owner: name, enabledAt };
  if (isText(arn) && arn.endsWith(":root")) return { serial, owner: ROOT, enabledAt };
  return arn === undefined ? { serial, owner: undefined, enabledAt } : undefined;
}

async function askAbout(
  users: readonly string[],
  reader: AwsReader,
  progress: Progress,
): Promise<{ devicesOf: Map<string, number>; gaps: Gap[] }> {
  const devicesOf = new Map<string, number>();
  const unknown: string[] = [];
  let refusal: UserError | undefined;
  const waiting = [...users];
  const work = async (): Promise<void> => {
    for (let user = waiting.shift(); user !== undefined; user = waiting.shift()) {
      const isHopeless = refusal !== undefined && devicesOf.size === 0;
      const serials = isHopeless ? refusal : await serialsOf(reader, user);
      if (serials instanceof UserError) {
        refusal ??= serials;
        unknown.push(user);
      } else if (serials !== undefined) devicesOf.set(user, serials.length);
      progress.at(users.length - waiting.length, users.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (refusal === undefined) return { devicesOf, gaps: [] };
  const { what, ...gap } = gapOf(ASKED.devicesOf, refusal);
  return { devicesOf, gaps: [{ ...gap, what: `${what}: ${named(unknown.toSorted())}` }] };
}

/** Without a user: those of the owner of the keys. */
async function serialsOf(reader: AwsReader, user: string | undefined): Promise<string[] | UserError> {
  if (user !== undefined && !USER.test(user)) return odd("the name of a user");
  const option = user === undefined ? [] : [`--user-name=${user}`];
  const { operation } = ASKED.devicesOf;
  const items = await reader.list({ operation: [...operation, ...option] }, "MFADevices");
  if (items instanceof UserError) return items;
  const serials = items.map(({ SerialNumber }) => SerialNumber).filter(isText);
  return serials.length === items.length ? serials : odd("a device without a serial");
}
