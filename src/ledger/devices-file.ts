/** devices.json, as ledger/FORMAT.md describes it. Pure. */
import { isText, isTime, type JsonObject, objectOf, objectsOf, parseJson } from "../base/untrusted-json.ts";
import {
  DEVICE_KINDS,
  DEVICE_STATES,
  type Device,
  type DeviceKind,
  type DeviceState,
  damaged,
  NEWER,
} from "./account.ts";
import { only } from "./account-file.ts";

const VERSION = 1;

export function formatDevices(devices: readonly Device[]): string {
  return `${JSON.stringify({ version: VERSION, devices }, null, 2)}\n`;
}

/** Throws a UserError that says what is wrong with the file. */
export function parseDevices(text: string): Device[] {
  const fields = objectOf(parseJson(text));
  if (fields === undefined) throw damaged("it is not JSON");
  if (typeof fields.version === "number" && fields.version > VERSION) throw damaged(NEWER);
  if (fields.version !== VERSION || !Array.isArray(fields.devices))
    throw damaged("it has no list of devices");
  const devices: Device[] = [];
  for (const [index, item] of objectsOf(fields.devices).entries()) {
    const device = parseDevice(item ?? {});
    if (device === undefined) throw damaged(`device ${index + 1} can't be read`);
    devices.push(device);
  }
  return devices;
}

function parseDevice(fields: JsonObject): Device | undefined {
  const { id, name, kind, addedAt, state } = fields;
  if (!isText(id) || !isText(name) || !isTime(addedAt)) return undefined;
  const knownKind = DEVICE_KINDS.find((one): one is DeviceKind => one === kind);
  const knownState = DEVICE_STATES.find((one): one is DeviceState => one === (state ?? "active"));
  if (knownKind === undefined || knownState === undefined) return undefined;
  return {
    id,
    name,
    kind: knownKind,
    addedAt,
    state: knownState,
    ...only(isTime, fields, ["stateSince", "wipedAt", "openedAt", "placedAt"]),
    ...only(isText, fields, ["computer", "member", "place", "part"]),
  };
}
