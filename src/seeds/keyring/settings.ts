/** How to reach the keyring, and how long to wait for it. */
import type { KeyringBinding, SessionBus } from "../../ports/os-keyring.ts";

/** Milliseconds. */
export interface Patience {
  /** When to tell the user at the terminal what we are waiting for. */
  readonly noteAfter?: number;
  readonly giveUpAfter: number;
}

export interface KeyringSettings {
  /** Loads @napi-rs/keyring, whose native part may be missing. */
  load(): Promise<KeyringBinding>;
  readonly bus: SessionBus;
  readonly patience: Patience;
  /**
   * Called when a call was given up, still blocks its thread and could not be cut off (not on Linux): the process can't end on
   * its own. cli/main.ts prints the error and then ends the process with a signal.
   */
  onStuck(): void;
}
