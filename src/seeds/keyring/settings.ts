/** How to reach the keyring, and how long to wait for it. */
import type { KeyringBinding, SecretService, SessionBus } from "../../ports/os-keyring.ts";

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
  /** Linux only: what the binding can't do. */
  readonly service: SecretService;
  readonly patience: Patience;
  /** Waits between two writes, in milliseconds. */
  pause(milliseconds: number): Promise<void>;
  /**
   * Called when a call was given up, still blocks its thread and could not be cut off (not on Linux): the process can't end on
   * its own. cli/main.ts prints the error and then ends the process with a signal.
   */
  onStuck(): void;
}
