/** Every command: one line each, in the order of the help. */
import type { Command } from "commander";
import type { Context } from "../context.ts";
import { registerAdd } from "./add/add.ts";
import { registerAudit } from "./audit.ts";
import { registerAws } from "./aws/aws.ts";
import { registerBackup } from "./backup/backup.ts";
import { registerCode } from "./code/code-command.ts";
import { registerCompletion } from "./completion/completion.ts";
import { registerDevice } from "./device/device.ts";
import { registerDoctor } from "./doctor/doctor.ts";
import { registerExport } from "./export/export.ts";
import { registerImport } from "./import/import.ts";
import { registerList } from "./list.ts";
import { registerQr } from "./qr.ts";
import { registerRemove } from "./remove.ts";
import { registerRename } from "./rename.ts";
import { registerRestore } from "./restore.ts";
import { registerSheet } from "./sheet/sheet.ts";
import { registerStore } from "./store/store.ts";
import { registerSync } from "./sync/sync.ts";
import { registerUri } from "./uri.ts";
import { registerVerify } from "./verify.ts";
import { registerWatch } from "./watch/watch.ts";

export const COMMANDS: readonly ((program: Command, ctx: Context) => void)[] = [
  registerAdd,
  registerCode,
  registerList,
  registerWatch,
  registerQr,
  registerUri,
  registerVerify,
  registerDevice,
  registerAudit,
  registerImport,
  registerExport,
  registerBackup,
  registerSheet,
  registerRename,
  registerRemove,
  registerRestore,
  registerStore,
  registerSync,
  registerDoctor,
  registerAws,
  registerCompletion,
];
