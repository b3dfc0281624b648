/** The part of `doctor` that needs no seed: checks the data folder's files and the ledger's entries. */

import { attempt, faultOf, UserError } from "../../base/errors.ts";
import { parseAccount } from "../../ledger/account-file.ts";
import { latestTime, salvageDevices, sameNames, unknownDevices } from "../../ledger/checkup.ts";
import { parseDevices } from "../../ledger/devices-file.ts";
import { together } from "../../ledger/together.ts";
import type { Access, FileFault } from "../../ports/folder-care.ts";
import { count, pasteableName, quoted } from "../../talk/say.ts";
import type { Needs } from "../../world.ts";
import { type Line, ok, REPAIR, unknown, wrong } from "./lines.ts";

/** Milliseconds: the clocks of computers that share a ledger differ a little. */
export const CLOCK_TOLERANCE = 300_000;

export async function checkFiles(needs: Needs<"folder" | "folderCare">): Promise<Line[]> {
  const faults = await needs.folderCare.fileFaults();
  if (faults === undefined) return [ok("folder", `${needs.folder.path} does not exist yet`)];
  const access = await needs.folderCare.access();
  const isPrivate = access.every(({ others }) => others?.length === 0);
  const alone = isPrivate ? "no other user can read them, and " : "";
  return [
    ok("folder", needs.folder.path),
    ...(faults.length === 0 ? [ok("files", `${alone}nothing is left over`)] : []),
    ...faults.map((fault) => fileLine(fault, needs)),
    ...access.flatMap(accessLines),
  ];
}

function accessLines({ path, others, fix = "take their rights away" }: Access): Line[] {
  if (others === undefined)
    return [unknown("files", `can't tell whether other users can read ${quoted(path)}: icacls did not say`)];
  if (others.length === 0) return [];
  return [wrong("files", `${others.join(" and ")} can read or change ${quoted(path)}`, fix)];
}

function fileLine({ kind, name, found }: FileFault, needs: Needs<"folder">): Line {
  const path = name === "" ? needs.folder.path : `${needs.folder.path}/${name}`;
  const what = quoted(name === "" ? path : name);
  const chown = `sudo chown "$(id -u)" ${pasteableName(path, "the file")}`;
  if (kind === "no-modes")
    return ok(
      "files",
      "this disk keeps no modes: anyone who can use it can read the files, and write to them",
    );
  if (kind === "mode") return wrong("files", `${what} has mode ${found}`, REPAIR);
  if (kind === "leftover") return wrong("files", `${what} is left over from an interrupted write`, REPAIR);
  if (kind === "other-home")
    return wrong(
      "files",
      `${what} belongs to user ${found}, and you are root`,
      `sudo -u '#${found}' twinseed doctor`,
    );
  if (kind === "owner") return wrong("files", `${what} belongs to user ${found}`, chown);
  if (kind === "link")
    return wrong("files", `${what} is a link`, `replace it with a copy of ${quoted(found)}`);
  return wrong("files", `${what} is not a regular file`, "move it out of the data folder");
}

export function checkLedger(needs: Needs<"clock" | "folder" | "ledger">): Line[] {
  return [...checkAccounts(needs), ...checkDevices(needs), checkClock(needs)];
}

function checkAccounts(needs: Needs<"folder" | "ledger">): Line[] {
  const accounts = needs.ledger.accounts();
  const damaged = needs.ledger.damaged().flatMap((id) => {
    const { fault, fix } = readEntry(id, needs);
    return fault === "" ? [] : [wrong("accounts", `"accounts/${id}.json" is damaged: ${fault}`, fix)];
  });
  const twins = sameNames(accounts).flatMap(([first, ...others]) =>
    others.map(({ id, name }) => {
      const message = `${count(others.length + 1, "account")} are called ${quoted(name)}`;
      const other = pasteableName(`${name}-2`, `${first?.id ?? id}-2`);
      return wrong("accounts", message, `twinseed rename ${id} ${other}`);
    }),
  );
  const lost = removedFaults(needs).map(([file, fault]) =>
    wrong("accounts", `"${file}" is damaged: ${fault}`, `move it away, then: ${REPAIR}`),
  );
  const lines = [...damaged, ...twins, ...lost];
  if (lines.length > 0) return lines;
  const all = count(accounts.length, "entry", "entries");
  return [ok("accounts", accounts.length > 1 ? `${all} with different names` : all)];
}

/**
 * What is wrong with a damaged entry, and whether it may be rebuilt: never if its content could be lost. "": nothing, as another
 * process has rebuilt or moved it since.
 */
export function readEntry(
  id: string,
  needs: Needs<"folder">,
): { fault: string; fix: string; isRepairable: boolean } {
  const text = attempt(() => needs.folder.read(`accounts/${id}.json`));
  if (text instanceof UserError)
    return { fault: text.message, fix: `move it away, then: ${REPAIR}`, isRepairable: false };
  const reason = text === undefined ? undefined : faultOf(() => parseAccount(text, id));
  if (reason === undefined) return { fault: "", fix: "", isRepairable: false };
  if (/newer/.test(reason)) return { fault: reason, fix: "update twinseed", isRepairable: false };
  return isId(id)
    ? { fault: reason, fix: REPAIR, isRepairable: true }
    : { fault: reason, fix: "move it out of the folder: its name is not an id", isRepairable: false };
}

function removedFaults(needs: Needs<"folder">): [string, string][] {
  const ids = needs.folder.list("removed").flatMap((name) => /^(.*)\.json$/.exec(name)?.[1] ?? []);
  return ids.flatMap((id): [string, string][] => {
    const file = `removed/${id}.json`;
    const fault = faultOf(() => {
      const text = needs.folder.read(file);
      if (text !== undefined) parseAccount(text, id); // else it has just come back
    });
    return fault === undefined ? [] : [[file, fault]];
  });
}

function checkDevices(needs: Needs<"folder" | "ledger">): Line[] {
  const { fault, fix } = readDevices(needs);
  if (fault !== undefined) return [wrong("devices", `"devices.json" is damaged: ${fault}`, fix)];
  const { accounts, devices } = together(needs);
  const gone = unknownDevices(accounts, devices);
  if (gone.length === 0) return [ok("devices", count(devices.length, "device"))];
  const message = `there are copies on ${count(gone.length, "device")} missing from "devices.json"`;
  return [
    wrong(
      "devices",
      message,
      "restore that file from a backup, or confirm the copies again: twinseed verify",
    ),
  ];
}

interface DevicesState {
  readonly fault?: string;
  readonly fix: string;
  /** What the list can be replaced with; undefined if the file must not be touched. */
  readonly salvage?: ReturnType<typeof salvageDevices>;
  readonly isUntouchable?: true;
}

export function readDevices(needs: Needs<"folder">): DevicesState {
  if (!needs.folder.list("").includes("devices.json")) return { fix: "" };
  const text = attempt(() => needs.folder.read("devices.json") ?? "");
  if (text instanceof UserError) return { fault: text.message, fix: "move it away", isUntouchable: true };
  const fault = faultOf(() => parseDevices(text));
  if (fault === undefined) return { fix: "" };
  if (/newer/.test(fault)) return { fault, fix: "update twinseed", isUntouchable: true };
  const salvage = salvageDevices(text);
  if (salvage === undefined) return { fault, fix: "restore that file from a backup" };
  return { fault, fix: `${REPAIR} (keeps ${count(salvage.devices.length, "device")})`, salvage };
}

function checkClock(needs: Needs<"clock" | "ledger">): Line {
  const accounts = [...needs.ledger.accounts(), ...needs.ledger.removed()];
  const latest = latestTime(accounts, needs.ledger.devices());
  if (latest <= needs.clock.now() + CLOCK_TOLERANCE)
    return ok("clock", "no time in the ledger is later than now");
  const [later, now] = [latest, needs.clock.now()].map((time) => new Date(time).toISOString().slice(0, 16));
  const message = `the ledger holds a time of ${later}, but the clock says ${now} (UTC)`;
  return wrong(
    "clock",
    message,
    `set the clock right, because a wrong time makes wrong codes; if it is right: ${REPAIR} --ntp pool.ntp.org`,
  );
}

export function isId(name: string): boolean {
  return /^[a-z2-7]{16}$/.test(name);
}
