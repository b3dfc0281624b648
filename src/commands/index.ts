/** Every command: one line each, in the order of the help. */
import type { Command } from "commander";
import type { Context } from "../context.ts";
import { registerAdd } from "./add.ts";
import { registerCode } from "./code.ts";
import { registerList } from "./list.ts";
import { registerQr } from "./qr.ts";
import { registerRemove } from "./remove.ts";
import { registerRename } from "./rename.ts";
import { registerRestore } from "./restore.ts";
import { registerStore } from "./store.ts";
import { registerUri } from "./uri.ts";

export const COMMANDS: readonly ((program: Command, ctx: Context) => void)[] = [
  registerAdd,
  registerCode,
  registerList,
  registerQr,
  registerUri,
  registerRename,
  registerRemove,
  registerRestore,
  registerStore,
];
