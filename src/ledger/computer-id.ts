/**
 * computer.json in the state folder: the random id by which this computer finds itself among the devices. A host name would not
 * do: it changes, and two computers may have the same one. FORMAT.md has every byte.
 */
import { UserError } from "../base/errors.ts";
import { parseFields } from "../base/untrusted-json.ts";
import type { DataFolder } from "../ports/data-folder.ts";
import type { Ports } from "../ports/index.ts";

const FILE = "computer.json";
const VERSION = 1;

/** undefined if this computer has none, or no usable state folder. */
export async function computerId(needs: Pick<Ports, "stateFolder">): Promise<string | undefined> {
  return inState(needs, read);
}

/** The same; one is made if there is none. */
export async function ownComputerId(
  needs: Pick<Ports, "stateFolder" | "random">,
): Promise<string | undefined> {
  return inState(needs, (state) => {
    const known = read(state);
    if (known !== undefined) return known;
    const id = Buffer.from(needs.random(16)).toString("hex");
    // Another process may have been first: what is there now counts.
    state.create(FILE, `${JSON.stringify({ version: VERSION, id }, null, 2)}\n`);
    return read(state);
  });
}

/** The state folder may be missing, read-only, or damaged: then this computer is no device, and nothing else fails. */
async function inState<T>(
  { stateFolder }: Pick<Ports, "stateFolder">,
  work: (state: DataFolder) => T,
): Promise<T | undefined> {
  try {
    return work(await stateFolder());
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function read(state: Pick<DataFolder, "read">): string | undefined {
  const { version, id } = parseFields(state.read(FILE) ?? "");
  return version === VERSION && isComputerId(id) ? id : undefined;
}

export function isComputerId(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{32}$/.test(value);
}
