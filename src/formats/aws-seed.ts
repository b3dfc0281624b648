/**
 * AWS, a newly created virtual MFA device: the file from `aws iam create-virtual-mfa-device --bootstrap-method Base32StringSeed`,
 * the API's JSON response, or a Terraform state. The seed is base32, which the API encodes as base64 again. A seed of 64 letters
 * is valid base64 too, so base32 is tried first. AWS never shows a seed a second time.
 */
import { type JsonObject, objectOf } from "../base/untrusted-json.ts";
import { cleanText, type Enrollment } from "../otp/enrollment.ts";
import { collect, EntryFault, parametersOf, secretOfBase32 } from "./entries.ts";
import { unreadable } from "./faults.ts";
import type { Format, Reading } from "./format.ts";
import { base64Of, textOf } from "./shape.ts";

const ISSUER = "Amazon Web Services";
const SEED = /^[A-Z2-7]{16,128}=*$/;
/** AWS's seeds have 40 bytes. A shorter one is from another service. */
const AWS_LENGTH = 64;
const ARN = /^arn:aws[a-z-]*:iam::(\d{12}):mfa\/(?:[\w+=/,.@-]*\/)?([\w+=,.@-]+)$/;
const LONGEST_SERIAL = 256;
const HINT_OUTFILE = "the seed is in the file named with --outfile: import that file";
const HINT_PICTURE =
  'save the picture and add it: jq -r ".. | .QRCodePNG? // empty" FILE | base64 -d > qr.png';

export const aws: Format = {
  id: "aws",
  name: "AWS",
  detect({ text, json }) {
    if (json === undefined) return text !== undefined && seedIn(text) !== undefined;
    return devicesIn(json).length > 0;
  },
  read({ text, json }) {
    if (json === undefined) return readSeed(seedIn(text) ?? "");
    const devices = devicesIn(json);
    const withSeed = devices.filter((device) => seedOf(device) !== undefined);
    if (withSeed.length > 0) return collect(devices, readDevice, (device) => labelOf(device));
    if (devices.some((device) => textOf(device.QRCodePNG ?? device.qr_code_png) !== ""))
      throw unreadable("AWS", "has its seed only as a QR code", HINT_PICTURE, "twinseed add qr.png");
    throw unreadable("AWS", "names a device but has no seed", HINT_OUTFILE);
  },
};

function readSeed(seed: string): Reading {
  const issuer = seed.replaceAll("=", "").length === AWS_LENGTH ? ISSUER : "";
  return collect(
    [seed],
    () => enrollment(issuer, "", seed),
    undefined,
    () => "line 1",
  );
}

function readDevice(device: JsonObject): Enrollment {
  if (seedOf(device) === undefined) throw new EntryFault("it has no seed, or only as a QR code");
  const seed = seedIn(seedOf(device));
  if (seed === undefined) throw new EntryFault("its seed is neither base32 nor base64-encoded base32");
  return enrollment(ISSUER, labelOf(device), seed);
}

function enrollment(issuer: string, label: string, seed: string): Enrollment {
  return { issuer, label, otp: parametersOf({ type: "totp" }), secret: secretOfBase32(seed) };
}

function seedIn(value: unknown): string | undefined {
  const text = textOf(value);
  if (SEED.test(text)) return text;
  const decoded = base64Of(text)?.toString("latin1").trim() ?? "";
  return SEED.test(decoded) ? decoded : undefined;
}

function seedOf(device: JsonObject): string | undefined {
  return textOf(device.Base32StringSeed ?? device.base_32_string_seed) || undefined;
}

/** As in the QR code that AWS shows for the device if the account has no alias. */
function labelOf(device: JsonObject): string {
  const serial = textOf(device.SerialNumber ?? device.arn);
  const arn = serial.length <= LONGEST_SERIAL ? ARN.exec(serial) : null;
  const name = arn?.[2] ?? textOf(device.virtual_mfa_device_name);
  return cleanText(arn ? `${name}@${arn[1]}` : name);
}

function isDevice(object: JsonObject): boolean {
  if (textOf(object.SerialNumber).includes(":mfa/")) return true;
  return "Base32StringSeed" in object || textOf(object.base_32_string_seed) !== "";
}

/** Finds them anywhere: alone, in a list, or deep in a state file. The depth of the JSON is bounded. */
function devicesIn(value: unknown): readonly JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(devicesIn);
  const object = objectOf(value);
  if (object === undefined) return [];
  return isDevice(object) ? [object] : Object.values(object).flatMap(devicesIn);
}
