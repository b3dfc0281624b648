/** Every command by its name: one line each, in the order of the help. */
import type { Command } from "commander";
import type { World } from "../world.ts";

/** Adds the command, with its options and its action, to the program. */
export type Register = (program: Command, world: World) => void;

/** Each is loaded when it is wanted, as a run needs one of them, and evaluating all takes longer than most take to do their work. */
export const COMMANDS: Readonly<Record<string, () => Promise<Register>>> = {
  add: async () => (await import("./add.ts")).registerAdd,
  code: async () => (await import("./code/code-command.ts")).registerCode,
  list: async () => (await import("./list.ts")).registerList,
  watch: async () => (await import("./watch/watch.ts")).registerWatch,
  qr: async () => (await import("./qr.ts")).registerQr,
  uri: async () => (await import("./uri.ts")).registerUri,
  verify: async () => (await import("./verify.ts")).registerVerify,
  device: async () => (await import("./device/device.ts")).registerDevice,
  audit: async () => (await import("./audit.ts")).registerAudit,
  import: async () => (await import("./import/import.ts")).registerImport,
  export: async () => (await import("./export/export.ts")).registerExport,
  backup: async () => (await import("./backup/backup.ts")).registerBackup,
  drill: async () => (await import("./drill/drill.ts")).registerDrill,
  sheet: async () => (await import("./sheet/sheet.ts")).registerSheet,
  note: async () => (await import("./note/note.ts")).registerNote,
  rename: async () => (await import("./rename.ts")).registerRename,
  remove: async () => (await import("./remove.ts")).registerRemove,
  restore: async () => (await import("./restore.ts")).registerRestore,
  store: async () => (await import("./store/store.ts")).registerStore,
  unlock: async () => (await import("./unlock.ts")).registerUnlock,
  lock: async () => (await import("./lock.ts")).registerLock,
  sync: async () => (await import("./sync/sync.ts")).registerSync,
  doctor: async () => (await import("./doctor/doctor.ts")).registerDoctor,
  aws: async () => (await import("./aws/aws.ts")).registerAws,
  completion: async () => (await import("./completion/completion.ts")).registerCompletion,
};
