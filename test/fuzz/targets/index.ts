/** Every target. */
import type { Target } from "../target.ts";
import { backupTargets } from "./backups.ts";
import { formatTargets } from "./formats.ts";
import { ledgerTargets } from "./ledger.ts";
import { memberTargets } from "./members.ts";
import { pictureTargets } from "./pictures.ts";
import { seedTargets } from "./seeds.ts";
import { uriTargets } from "./uris.ts";

export const TARGETS: readonly Target[] = [
  ...pictureTargets,
  ...uriTargets,
  ...formatTargets,
  ...seedTargets,
  ...memberTargets,
  ...backupTargets,
  ...ledgerTargets,
];
