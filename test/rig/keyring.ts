/** The keyring that the rig's homes share. Its program may end by itself: the homes that met that begin anew. */
import { SECRET_SERVICE_PROGRAMS, startSecretService } from "../helpers/secret-service.ts";
import { needs } from "../helpers/system-packages.ts";

export interface RigKeyring {
  /** The address of its bus; undefined where it is not installed. */
  readonly bus: string | undefined;
  /** How often it has ended so far. */
  crashes(): number;
  /** Whether it has ended since there were so many crashes; it is there again then. */
  hasCrashedSince(crashes: number): Promise<boolean>;
  stop(): Promise<void>;
}

/** gnome-keyring 42 ends with an assertion of glib's every few thousand kills of those that talk to it. */
export async function startKeyring(): Promise<RigKeyring> {
  if (!needs(...SECRET_SERVICE_PROGRAMS))
    return { bus: undefined, crashes: () => 0, hasCrashedSince: async () => false, stop: async () => {} };
  const service = await startSecretService({ state: "unlocked" });
  let count = 0;
  let again: Promise<void> | undefined;
  return {
    bus: service.env.DBUS_SESSION_BUS_ADDRESS,
    crashes: () => count,
    async hasCrashedSince(crashes) {
      if (again === undefined && service.hasEnded()) {
        count += 1;
        again = service.restart("unlocked").finally(() => {
          again = undefined;
        });
      }
      await again;
      return count > crashes;
    },
    stop: () => service.stop(),
  };
}
