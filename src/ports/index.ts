/**
 * What the world offers, one line per port. cli/ creates the real ones, test/helpers/test-cli.ts those for tests. A function
 * takes only the ports that it names, so a new port changes no function that does not use it.
 */
import type { AwsCli } from "./aws-cli.ts";
import type { Clock } from "./clock.ts";
import type { Computer, Environment } from "./computer.ts";
import type { Connect } from "./connection.ts";
import type { DataFolder } from "./data-folder.ts";
import type { Clipboard, Printer, ScreenCapture } from "./desktop.ts";
import type { Editor } from "./editor.ts";
import type { Files } from "./files.ts";
import type { FolderCare } from "./folder-care.ts";
import type { Gpg } from "./gpg.ts";
import type { Mac } from "./mac.ts";
import type { NetworkTime } from "./network-time.ts";
import type { PictureReader } from "./pictures.ts";
import type { Random } from "./random.ts";
import type { Input, Output } from "./streams.ts";
import type { Terminal } from "./terminal.ts";
import type { UnlockedStore } from "./unlocked.ts";
import type { ScratchGit, WorkTree } from "./user-git.ts";
import type { Ykman } from "./ykman.ts";

export interface Ports {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** The controlling terminal, or undefined if there is none (scripts, cron, CI). */
  readonly terminal: () => Terminal | undefined;
  readonly env: Environment;
  readonly computer: Computer;
  readonly clock: Clock;
  readonly random: Random;
  readonly folder: DataFolder;
  /** What this computer alone knows and trusts; outside of the data folder, and never shared. Throws UserError. */
  readonly stateFolder: () => Promise<DataFolder>;
  readonly folderCare: FolderCare;
  /** Opens a data folder other than the one in use, such as a lease on a shared disk. `path`: absolute. */
  readonly openFolder: (path: string) => DataFolder;
  readonly files: Files;
  readonly pictures: PictureReader;
  readonly clipboard: Clipboard;
  readonly screen: ScreenCapture;
  readonly printer: Printer;
  readonly gpg: Gpg;
  readonly editor: Editor;
  readonly workTree: WorkTree;
  /** Throws UserError if there is no git. */
  readonly scratchGit: () => Promise<ScratchGit>;
  readonly connect: Connect;
  readonly aws: () => Promise<AwsCli>;
  readonly networkTime: NetworkTime;
  readonly ykman: Ykman;
  readonly unlocked: UnlockedStore;
  /** undefined on other systems. */
  readonly mac: Mac | undefined;
}
