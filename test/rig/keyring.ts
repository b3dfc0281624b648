/** The keyring that the rig's homes share. Its daemon may crash; the homes that were using it then start over. */
import { SECRET_SERVICE_PROGRAMS, startSecretService } from "../helpers/secret-service.ts";
import { needs } from "../helpers/system-packages.ts";

export interface RigKeyring {
  /** The address of its bus; undefined if it is not installed. */
  readonly bus: string | undefined;
  /** How often it has crashed so far. */
  crashes(): number;
  /** Whether there are now more crashes than this; if so, it has been restarted. */
  hasCrashedSince(crashes: number): Promise<boolean>;
  stop(): Promise<void>;
}

/** gnome-keyring 42 fails a glib assertion once per several thousand kills of its clients. */
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
