/** Nothing is enrolled yet. */
import type { Ports } from "../ports/index.ts";
import { note, quoted } from "./say.ts";

/** Names a folder that was chosen: it may be on a disk that is not there now. */
export function sayNoAccounts(needs: Pick<Ports, "stderr" | "env" | "folder">): void {
  const where = needs.env.TWINSEED_HOME ? ` in ${quoted(needs.folder.path)}` : "";
  note(needs, `no accounts yet${where}; enroll one with: twinseed add`);
}
