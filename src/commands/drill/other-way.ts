/**
 * AWS's root user has one other way back: the e-mail address and the phone number of the AWS account. Only the user can say
 * whether both still reach them; the ledger keeps the date.
 */
import type { Account } from "../../ledger/account.ts";
import { isAwsRoot } from "../../ledger/losses.ts";
import type { Terminal } from "../../ports/terminal.ts";
import { note, quoted } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";

export interface OtherWay {
  readonly account: Account;
  /** ISO 8601: when the user last said that it works; undefined if never. */
  readonly at?: string;
}

export async function askOtherWay(
  accounts: readonly Account[],
  terminal: Terminal | undefined,
  needs: Needs<"stderr" | "clock" | "ledger">,
): Promise<OtherWay[]> {
  const ways: OtherWay[] = [];
  for (const account of accounts.filter(isAwsRoot)) {
    const at = account.otherWayAt;
    const checked = at === undefined ? "never checked" : `last checked on ${at.slice(0, 10)}`;
    note(
      needs,
      `the other way back of ${quoted(account.name)} is the e-mail address and the phone of the AWS account: ${checked}`,
    );
    const works = await terminal?.confirm("Do you still read that e-mail, and answer that phone?", false);
    if (works) {
      const now = new Date(needs.clock.now()).toISOString();
      await record(account, now, needs);
      ways.push({ account, at: now });
      continue;
    }
    if (works === false) {
      await record(account, undefined, needs);
      note(
        needs,
        "hint: correct both in the AWS console, under Account, while you can still sign in as root",
      );
      ways.push({ account });
    } else ways.push({ account, ...(at === undefined ? {} : { at }) });
  }
  return ways;
}

/** An earlier date does not hold once the user has said no. */
async function record({ id }: Account, at: string | undefined, { ledger }: Needs<"ledger">): Promise<void> {
  await ledger.edit(async (edit) => {
    const current = ledger.accounts().find((one) => one.id === id);
    if (current === undefined) return;
    const { otherWayAt: _, ...account } = current;
    edit.update(at === undefined ? account : { ...account, otherWayAt: at });
  });
}
