/** The files of the data folder that hold no seed. Damage is reported, and nothing else is lost with it. */

import { attempt, ExitCode, UserError } from "../../../src/base/errors.ts";
import { localRecords } from "../../../src/leases/local.ts";
import type { Account, Device } from "../../../src/ledger/account.ts";
import { formatAccount, parseAccount } from "../../../src/ledger/account-file.ts";
import { latestTime, salvageDevices } from "../../../src/ledger/checkup.ts";
import { formatDevices, parseDevices } from "../../../src/ledger/devices-file.ts";
import { formatIncoming, parseIncoming } from "../../../src/ledger/incoming.ts";
import { createLedger } from "../../../src/ledger/ledger.ts";
import { mergeLedgerFiles } from "../../../src/ledger/merge-files.ts";
import { formatNameIndex } from "../../../src/ledger/name-index.ts";
import { configuredLease, readConfig, writeConfig } from "../../../src/settings/config-file.ts";
import { aws, bank, counting } from "../../helpers/accounts.ts";
import { memoryFolder } from "../../helpers/memory-folder.ts";
import { assertThat, type Sample, type Target } from "../target.ts";

const THEN = "2026-01-02T03:04:05.000Z";
const devices: readonly Device[] = [
  { id: "d1", name: "phone", kind: "phone", addedAt: THEN, state: "active" },
  { id: "d2", name: "old", kind: "tablet", addedAt: THEN, state: "lost", stateSince: THEN, wipedAt: THEN },
  {
    id: "d3",
    name: "desk",
    kind: "computer",
    addedAt: THEN,
    state: "active",
    computer: "c",
    openedAt: THEN,
    member: "m",
  },
];
const copies = [{ device: "d1", addedAt: THEN, confirmedAt: THEN }];
const fingerprint = "f".repeat(64);
const one: Account = { id: "abc2", name: "one", ...of(aws), addedAt: THEN, copies, fingerprint };
const two: Account = {
  ...{ id: "xyz7", name: "two", ...of(counting), addedAt: THEN, copies: [], fingerprint },
  mfaSerial: "arn:aws:iam::123456789012:mfa/root-account-mfa-device",
};
const gone: Account = { ...one, id: "gone5", name: "gone", ...of(bank), removedAt: THEN, replacedBy: "abc2" };

function of({ issuer, label, otp }: typeof aws): Pick<Account, "issuer" | "label" | "otp"> {
  return { issuer, label, otp };
}

const sample = (name: string, text: string): Sample => ({ name, bytes: Buffer.from(text) });

const account: Target = {
  name: "account-file",
  refusals: [],
  samples: async () => [one, two, gone].map((each) => sample(each.id, formatAccount(each))),
  async take(input, { name: id }) {
    const read = attempt(() => parseAccount(input.toString(), id));
    if (read instanceof UserError) return { outcome: "refused", said: [read.message] };
    const again = parseAccount(formatAccount(read), id);
    assertThat(JSON.stringify(again) === JSON.stringify(read), "not the same after writing");
    return { outcome: "read" };
  },
};

const deviceList: Target = {
  name: "devices-file",
  refusals: [],
  samples: async () => [sample("devices.json", formatDevices(devices))],
  async take(input) {
    const read = attempt(() => parseDevices(input.toString()));
    const saved = salvageDevices(input.toString());
    if (read instanceof UserError)
      return { outcome: saved === undefined ? "refused" : "salvaged", said: [read.message] };
    assertThat(
      saved?.lost === 0 && JSON.stringify(saved.devices) === JSON.stringify(read),
      "salvaging lost one",
    );
    assertThat(
      JSON.stringify(parseDevices(formatDevices(read))) === JSON.stringify(read),
      "not the same after writing",
    );
    return { outcome: "read" };
  },
};

const incoming: Target = {
  name: "incoming-file",
  refusals: [],
  samples: async () => [sample("incoming.json", formatIncoming([one, two]))],
  async take(input) {
    const read = attempt(() => parseIncoming(input.toString()));
    if (read instanceof UserError) return { outcome: "refused", said: [read.message] };
    assertThat(
      JSON.stringify(parseIncoming(formatIncoming(read))) === JSON.stringify(read),
      "not the same after writing",
    );
    return { outcome: "read" };
  },
};

const SOUND: Readonly<Record<string, string>> = {
  "accounts/abc2.json": formatAccount(one),
  "accounts/xyz7.json": formatAccount(two),
  "removed/gone5.json": formatAccount(gone),
  "devices.json": formatDevices(devices),
};
const LEDGER_FILES = [...Object.keys(SOUND), "incoming.json", "names.json"];

/** One file of a ledger is damaged: the others are unaffected, before and after a change. */
const ledger: Target = {
  name: "ledger",
  refusals: [],
  async samples() {
    const stamp = memoryFolder(SOUND).stamp("accounts") ?? "";
    const texts = {
      ...SOUND,
      "incoming.json": formatIncoming([{ ...one, id: "new3", name: "new" }]),
      "names.json": formatNameIndex([one, two], stamp),
    };
    return LEDGER_FILES.map((name) => sample(name, texts[name as keyof typeof texts] ?? ""));
  },
  async take(input, { name: damaged }) {
    const text = input.toString();
    const folder = memoryFolder({ ...SOUND, [damaged]: text });
    const warnings: string[] = [];
    const book = createLedger(folder, (warning) => void warnings.push(warning));
    const look = (): void => {
      const [present, removed] = [book.accounts(), book.removed()];
      // A valid file may legitimately say that the others are replaced or removed.
      const all = [...present, ...removed];
      for (const each of [one, two, gone])
        if (damaged !== fileOf(each))
          assertThat(
            all.some(({ id }) => id === each.id),
            `lost ${each.id}`,
          );
      if (damaged !== "devices.json")
        assertThat(book.devices().length === devices.length, "lost the devices");
      latestTime(all, book.devices());
    };
    look();
    for (const query of ["one", "xyz7", text.slice(0, 20)]) {
      const found = book.findIndexed(query);
      assertThat(found === undefined || found.name === query || found.id === query, "found another account");
    }
    const refusal = await book.edit(async (edit) => edit.saveDevices(book.devices())).catch(newerOnly);
    look();
    const isKept = [...folder.files.values()].includes(text);
    const isWhole = warnings.length === 0;
    assertThat(isWhole || isKept || damaged === "names.json", "a damaged file is gone");
    return { outcome: isWhole ? "read" : "told", said: [...warnings, ...(refusal ?? [])] };
  },
};

/** A file of a newer version is not replaced: nothing changes, and an error says so. Returns its lines. */
function newerOnly(error: unknown): string[] {
  if (!(error instanceof UserError) || !/newer twinseed/.test(error.message)) throw error;
  return [error.message, ...error.hints];
}

function fileOf({ id, removedAt }: Account): string {
  return `${removedAt === undefined ? "accounts" : "removed"}/${id}.json`;
}

/** Anyone may have written the files of a git remote: one side of a merge. */
const merge: Target = {
  name: "merge",
  refusals: [ExitCode.failed],
  samples: async () => Object.entries(SOUND).map(([name, text]) => sample(name, text)),
  async take(input, { name }) {
    const ours = new Map(Object.entries(SOUND));
    const theirs = new Map([...ours, [name, input.toString()]]);
    const { files, notes } = mergeLedgerFiles(ours, ours, theirs);
    for (const id of ["abc2", "xyz7", "gone5"])
      assertThat(files.has(`accounts/${id}.json`) || files.has(`removed/${id}.json`), `merging lost ${id}`);
    const again = mergeLedgerFiles(ours, theirs, ours).files;
    assertThat(
      JSON.stringify([...again].sort()) === JSON.stringify([...files].sort()),
      "sides merge differently",
    );
    return { outcome: "merged", said: notes };
  },
};

const config: Target = {
  name: "config",
  refusals: [ExitCode.failed],
  samples: async () => [
    sample("plain", `${JSON.stringify({ version: 1, store: "file", why: "no keyring answers" }, null, 2)}\n`),
    sample(
      "lease",
      `${JSON.stringify({ version: 1, store: "keyring", why: "", lease: "redis://localhost", later: [1] })}\n`,
    ),
  ],
  async take(input) {
    const folder = memoryFolder({ "config.json": input.toString() });
    const said: string[] = [];
    const tried = <T>(work: () => T): T | undefined => {
      try {
        return work();
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        said.push(error.message, ...error.hints);
        return undefined;
      }
    };
    const read = tried(() => readConfig(folder));
    const url = tried(() => configuredLease(folder));
    assertThat(folder.files.get("config.json") === input.toString(), "reading changed it");
    if (read === undefined) return { outcome: "refused", said };
    writeConfig(folder, read);
    assertThat(JSON.stringify(readConfig(folder)) === JSON.stringify(read), "not the same after writing");
    assertThat(tried(() => configuredLease(folder)) === url, "another lease after writing");
    return { outcome: "read", said };
  },
};

/** The name of a record, and its content. */
const steps: Target = {
  name: "steps",
  refusals: [],
  samples: async () => [
    sample("record", `58790123\n${JSON.stringify({ version: 1, reservedAt: THEN })}\n`),
    sample("largest", `9007199254740991\n{"version":1,"reservedAt":"+275760-09-13T00:00:00.000Z"}\n`),
  ],
  async take(input) {
    const [name = "", ...rest] = input.toString().split("\n");
    const record = name.replaceAll(/[/.]/g, "_") || "x";
    const folder = memoryFolder({ [`steps/abc2/${record}`]: rest.join("\n"), "steps/abc2/5": "{}" });
    const book = localRecords(folder, () => 1_700_000_000_000);
    const last = await book.last("abc2");
    assertThat(last !== undefined && last >= 5, "the last step is gone");
    const at = book.reservedAt("abc2", last);
    assertThat(at === undefined || Number.isFinite(at), "no time");
    const wanted = { key: "abc2", first: 56_666_666, amount: 2, sweepBelow: 56_666_600 };
    const reserved = await book.reserve(wanted);
    assertThat(
      reserved.isOurs || reserved.last >= wanted.first,
      "a step below the wanted one keeps it from us",
    );
    assertThat(reserved.isOurs === last < wanted.first, "a spent step was given away");
    return { outcome: reserved.isOurs ? "reserved" : "taken" };
  },
};

export const ledgerTargets: readonly Target[] = [account, deviceList, incoming, ledger, merge, config, steps];
