/** How the keyring store is reached, and how long it is waited for. */
import type { KeyringBinding, SessionBus } from "../../ports/os-keyring.ts";

/** Milliseconds. */
export interface Patience {
  /** When the person at the terminal is told what we are waiting for. */
  readonly noteAfter?: number;
  readonly giveUpAfter: number;
}

export interface KeyringSettings {
  /** Loads @napi-rs/keyring, whose native part may be missing. */
  load(): Promise<KeyringBinding>;
  readonly bus: SessionBus;
  readonly patience: Patience;
  /**
   * A call was given up, still blocks its thread and could not be cut off (not on Linux): the process can't end by
   * itself. cli/main.ts prints the error and then ends by a signal.
   */
  onStuck(): void;
}
