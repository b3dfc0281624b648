/** devices.json, as ledger/FORMAT.md describes it. Pure. */
import { DEVICE_KINDS, type Device, type DeviceKind } from "./account.ts";
import { fieldsOf, isText, isTime } from "./fields.ts";

const VERSION = 1;

export function formatDevices(devices: readonly Device[]): string {
  return `${JSON.stringify({ version: VERSION, devices }, null, 2)}\n`;
}

/** The devices, or what is wrong with the file. */
export function parseDevices(text: string): Device[] | string {
  const fields = fieldsOf(text);
  if (fields === undefined) return "it is not JSON";
  if (typeof fields.version === "number" && fields.version > VERSION)
    return "it was written by a newer twinseed";
  if (fields.version !== VERSION || !Array.isArray(fields.devices)) return "it holds no list of devices";
  const devices: Device[] = [];
  for (const [index, item] of fields.devices.entries()) {
    const { id, name, kind, addedAt, host } = fieldsOf(item) ?? {};
    const known = DEVICE_KINDS.find((one): one is DeviceKind => one === kind);
    if (!isText(id) || !isText(name) || !isTime(addedAt) || known === undefined) {
      return `device ${index + 1} can't be read`;
    }
    devices.push({ id, name, kind: known, addedAt, ...(isText(host) ? { host } : {}) });
  }
  return devices;
}
