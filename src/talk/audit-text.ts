/** What audit found, for people: what one command fixes is one paragraph, the worst first. */
import { printable } from "../base/printable.ts";
import type { Account } from "../ledger/account.ts";
import { type Fix, INCOMPLETE } from "../ledger/finding.ts";
import type { AccountAudit, Audit, Finding } from "../ledger/findings.ts";
import type { Output } from "../ports/streams.ts";
import { count, pasteable, pasteableName } from "./say.ts";
import { tinted } from "./tints.ts";

/** How many accounts of a group are named. */
const MOST_NAMED = 5;

/** The options that the commands take. */
const OPTIONS = [
  "--device",
  "--follows",
  "--google",
  "--kind",
  "--ntp",
  "--place",
  "--print",
  "--repair",
  "--replace",
];

interface Group {
  readonly finding: Finding;
  readonly accounts: readonly Account[];
}

/** `isEach`: no groups. */
export function auditText(
  { accounts, findings, isComplete }: Audit,
  isEach: boolean,
  output: Pick<Output, "color">,
): string {
  const atRisk = accounts.filter((one) => one.findings.length > 0);
  const groups = isEach ? new Map<string, Group>() : groupsOf(atRisk);
  const each = atRisk.flatMap((one) => accountText(one, (finding) => !groups.has(keyOf(finding))));
  const isGreen = atRisk.length === 0 && findings.length === 0 && isComplete;
  return [
    ...findings.filter(isFirst).map((finding) => findingText(finding, "")),
    ...[...groups.values()].map(groupText),
    ...each,
    ...findings.filter((finding) => !isFirst(finding)).map((finding) => findingText(finding, "")),
    ...(accounts.length === 0 && isComplete
      ? []
      : [
          `${tinted(summary(accounts.length, atRisk.length, findings, isComplete), isGreen ? "proved" : "risk", output)}\n`,
        ]),
  ].join("");
}

/** Never says that all is well next to an exit code that is not 0. */
function summary(all: number, atRisk: number, findings: readonly Finding[], isComplete: boolean): string {
  if (all === 0) return "of what could be read: no account"; // there may be none
  const total = count(all, "account");
  const but = findings.every(isFirst) ? "" : " but for what is above";
  const found = atRisk === 0 ? `${total}, none at risk${but}` : `${atRisk} of ${total} at risk`;
  return isComplete ? found : `of what could be read: ${found}`;
}

/** What could not be read comes before what was. */
function isFirst({ kind }: Finding): boolean {
  return INCOMPLETE.includes(kind);
}

/** By key. */
function groupsOf(atRisk: readonly AccountAudit[]): Map<string, Group> {
  const groups = new Map<string, { finding: Finding; accounts: Account[] }>();
  for (const { account, findings } of atRisk) {
    for (const finding of findings) {
      const key = keyOf(finding);
      const group = groups.get(key) ?? { finding, accounts: [] };
      if (finding.together !== undefined) groups.set(key, group);
      group.accounts.push(account);
    }
  }
  return new Map([...groups].filter(([, group]) => group.accounts.length > 1));
}

function keyOf({ kind, together }: Finding): string {
  return `${kind} ${together?.are}`;
}

function groupText({ finding, accounts }: Group): string {
  const { are = "", fixes = () => [] } = finding.together ?? {};
  const named = accounts.slice(0, accounts.length > MOST_NAMED ? MOST_NAMED - 1 : MOST_NAMED);
  const names = named.map(({ name }) => printable(name, 60));
  const more = accounts.length - named.length;
  const ids = accounts.map(({ id }) => id);
  const commands = fixes(ids).map((fix) => fixLine(fix, accounts));
  return [
    `${count(accounts.length, "account")} ${printable(are, 200)}:\n`,
    `  ${names.join(", ")}${more > 0 ? `, and ${more} more (--all lists them)` : ""}\n`,
    ...commands.map((command, i) => `    ${i > 0 ? "or: " : ""}${command}\n`),
  ].join("");
}

function accountText(
  { account, findings, notes }: AccountAudit,
  isWanted: (finding: Finding) => boolean,
): string[] {
  const wanted = findings.filter(isWanted);
  if (wanted.length === 0) return [];
  return [
    `${printable(account.name)}\n`,
    ...wanted.map((finding) => findingText(finding, "  ", account)),
    ...notes.map((text) => `  note: ${printable(text)}\n`),
  ];
}

function findingText({ message, fix }: Finding, indent: string, account?: Account): string {
  const command = fixLine(fix, account === undefined ? [] : [account]);
  return `${indent}${printable(message, 300)}\n${indent || "  "}  ${command}\n`;
}

/** A command to paste. Words in capitals are for the user to fill in. */
export function fixLine(fix: Fix, accounts: readonly Account[]): string {
  const byId = new Map(accounts.map((account) => [account.id, account]));
  const words = fix.map((word) => {
    const account = byId.get(word);
    if (account !== undefined) return pasteable(account);
    // A device's name may look like an option, or worse.
    return OPTIONS.includes(word) ? word : pasteableName(word);
  });
  return `twinseed ${words.join(" ")}`;
}
