/** Every command by its name: one line each, in the order of the help. */
import type { Command } from "commander";
import type { World } from "../world.ts";
import { registerAdd } from "./add.ts";
import { registerAudit } from "./audit.ts";
import { registerAws } from "./aws/aws.ts";
import { registerBackup } from "./backup/backup.ts";
import { registerCode } from "./code/code-command.ts";
import { registerCompletion } from "./completion/completion.ts";
import { registerDevice } from "./device/device.ts";
import { registerDoctor } from "./doctor/doctor.ts";
import { registerDrill } from "./drill/drill.ts";
import { registerExport } from "./export/export.ts";
import { registerImport } from "./import/import.ts";
import { registerList } from "./list.ts";
import { registerLock } from "./lock.ts";
import { registerNote } from "./note/note.ts";
import { registerQr } from "./qr.ts";
import { registerRemove } from "./remove.ts";
import { registerRename } from "./rename.ts";
import { registerRestore } from "./restore.ts";
import { registerSheet } from "./sheet/sheet.ts";
import { registerStore } from "./store/store.ts";
import { registerSync } from "./sync/sync.ts";
import { registerUnlock } from "./unlock.ts";
import { registerUri } from "./uri.ts";
import { registerVerify } from "./verify.ts";
import { registerWatch } from "./watch/watch.ts";

export const COMMANDS: Readonly<Record<string, (program: Command, world: World) => void>> = {
  add: registerAdd,
  code: registerCode,
  list: registerList,
  watch: registerWatch,
  qr: registerQr,
  uri: registerUri,
  verify: registerVerify,
  device: registerDevice,
  audit: registerAudit,
  import: registerImport,
  export: registerExport,
  backup: registerBackup,
  drill: registerDrill,
  sheet: registerSheet,
  note: registerNote,
  rename: registerRename,
  remove: registerRemove,
  restore: registerRestore,
  store: registerStore,
  unlock: registerUnlock,
  lock: registerLock,
  sync: registerSync,
  doctor: registerDoctor,
  aws: registerAws,
  completion: registerCompletion,
};
