/** What `backup restore` did, or would do, in words and as JSON. Pure. */
import type { ReadBackup } from "../../backup/backup-content.ts";
import type { Plan } from "../../backup/restore-plan.ts";
import type { Step } from "../../backup/restore-step.ts";
import { printable } from "../../base/printable.ts";
import { accountJson } from "../../talk/json.ts";
import { count } from "../../talk/say.ts";

export function summary(planned: Plan, isPlan: boolean): string {
  const { steps, newDevices } = planned;
  const numberOf = (status: Step["status"], isNew: boolean): number =>
    steps.filter(
      (step) => step.status === status && (step.write === "add" || step.write === "rebuild") === isNew,
    ).length;
  const parts = [
    `${isPlan ? "would restore" : "restored"} ${count(numberOf("added", true), "account")}`,
    ...some(numberOf("aside", true), "removed account"),
    ...some(newDevices.length, "device"),
  ];
  const known = [
    ...some(numberOf("exists", false), "was here already", "were here already"),
    ...some(numberOf("aside", false), "was removed here", "were removed here"),
  ];
  return [parts.join(", "), ...known].join("; ");
}

function some(number: number, one: string, many?: string): string[] {
  return number === 0 ? [] : [count(number, one, many)];
}

export function listing({ steps }: Plan): string {
  return steps.map(({ account, status }) => `${status.padEnd(6)}  ${printable(account.name)}\n`).join("");
}

export function restoreJson({ steps, newDevices }: Plan, { content, faults }: ReadBackup) {
  return {
    version: 1,
    createdAt: content.createdAt,
    accounts: steps.map(({ status, account, notes }) => ({ status, account: accountJson(account), notes })),
    devices: newDevices.map(({ name, kind }) => ({ name, kind })),
    unreadable: faults,
  };
}
