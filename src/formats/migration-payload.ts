/**
 * The message inside Google Authenticator's migration URIs, field by field. There is no published schema; this is what the apps'
 * exports contain, in the wire format of protocol buffers.
 */
import type { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";

export interface MigrationPayload {
  /** undefined if damaged. */
  readonly entries: readonly (MigrationEntry | undefined)[];
  readonly batchSize: number;
  /** From 0. */
  readonly batchIndex: number;
  /** The same in all parts of an export; may be negative. */
  readonly batchId: number;
}

export interface MigrationEntry {
  readonly secret: Uint8Array;
  readonly name: string;
  readonly issuer: string;
  /** 0 (means 1), 1 SHA1, 2 SHA256, 3 SHA512, 4 MD5. */
  readonly algorithm: number;
  /** Not the number itself: 0 (means 1), 1 six, 2 eight. */
  readonly digits: number;
  /** 0 (means 2), 1 HOTP, 2 TOTP. */
  readonly type: number;
  readonly counter: bigint;
  /** The app's own id, since about 2023. */
  readonly uniqueId: string;
}

const PAYLOAD = { entry: 1, version: 2, batchSize: 3, batchIndex: 4, batchId: 5 } as const;
const ENTRY = {
  secret: 1,
  name: 2,
  issuer: 3,
  algorithm: 4,
  digits: 5,
  type: 6,
  counter: 7,
  uniqueId: 8,
} as const;
const VARINT = 0;
const BYTES = 2;

const EMPTY: MigrationEntry = {
  secret: new Uint8Array(),
  name: "",
  issuer: "",
  algorithm: 0,
  digits: 0,
  type: 0,
  counter: 0n,
  uniqueId: "",
};

/** Skips fields of later versions. Returns undefined if the bytes are not such a message. */
export async function decodePayload(bytes: Uint8Array): Promise<MigrationPayload | undefined> {
  const { BinaryReader } = await import("@bufbuild/protobuf/wire");
  const open = (part: Uint8Array) => new BinaryReader(part);
  const entries: (MigrationEntry | undefined)[] = [];
  const batch = { batchSize: 0, batchIndex: 0, batchId: 0 };
  const isComplete = eachField(open(bytes), (field, reader) => {
    if (field.bytes === PAYLOAD.entry) entries.push(decodeEntry(open(reader.bytes())));
    else if (field.varint === PAYLOAD.batchSize) batch.batchSize = reader.int32();
    else if (field.varint === PAYLOAD.batchIndex) batch.batchIndex = reader.int32();
    else if (field.varint === PAYLOAD.batchId) batch.batchId = reader.int32();
    else return false;
    return true;
  });
  return isComplete ? { entries, ...batch } : undefined;
}

function decodeEntry(reader: BinaryReader): MigrationEntry | undefined {
  const entry = { ...EMPTY };
  const isComplete = eachField(reader, (field) => {
    if (field.bytes === ENTRY.secret) entry.secret = Uint8Array.from(reader.bytes());
    else if (field.bytes === ENTRY.name) entry.name = reader.string();
    else if (field.bytes === ENTRY.issuer) entry.issuer = reader.string();
    else if (field.varint === ENTRY.algorithm) entry.algorithm = reader.int32();
    else if (field.varint === ENTRY.digits) entry.digits = reader.int32();
    else if (field.varint === ENTRY.type) entry.type = reader.int32();
    else if (field.varint === ENTRY.counter) entry.counter = BigInt(reader.int64());
    else if (field.bytes === ENTRY.uniqueId) entry.uniqueId = reader.string();
    else return false;
    return true;
  });
  return isComplete ? entry : undefined;
}

/** A field's number, under its wire type: a known number with an unexpected wire type is a different field. */
interface Field {
  readonly varint?: number;
  readonly bytes?: number;
}

/** `take` returns whether it read the field. Returns false if the bytes end too early or are not a message. */
function eachField(reader: BinaryReader, take: (field: Field, reader: BinaryReader) => boolean): boolean {
  try {
    while (reader.pos < reader.len) {
      const [number, wire] = reader.tag();
      const field = wire === VARINT ? { varint: number } : wire === BYTES ? { bytes: number } : {};
      if (!take(field, reader)) reader.skip(wire, number);
    }
    return reader.pos === reader.len;
  } catch {
    return false;
  }
}

export interface NewPayload extends MigrationPayload {
  readonly entries: readonly MigrationEntry[];
}

/** Version 1, as apps wrote it when the format became known; every reader accepts it. */
export async function encodePayload({
  entries,
  batchSize,
  batchIndex,
  batchId,
}: NewPayload): Promise<Uint8Array> {
  const { BinaryWriter } = await import("@bufbuild/protobuf/wire");
  const writer = new BinaryWriter();
  for (const entry of entries) encodeEntry(entry, writer.tag(PAYLOAD.entry, BYTES).fork()).join();
  writer.tag(PAYLOAD.version, VARINT).int32(1);
  writer.tag(PAYLOAD.batchSize, VARINT).int32(batchSize);
  writer.tag(PAYLOAD.batchIndex, VARINT).int32(batchIndex);
  return writer.tag(PAYLOAD.batchId, VARINT).int32(batchId).finish();
}

function encodeEntry(entry: MigrationEntry, writer: BinaryWriter): BinaryWriter {
  writer.tag(ENTRY.secret, BYTES).bytes(entry.secret);
  writer.tag(ENTRY.name, BYTES).string(entry.name);
  if (entry.issuer !== "") writer.tag(ENTRY.issuer, BYTES).string(entry.issuer);
  writer.tag(ENTRY.algorithm, VARINT).int32(entry.algorithm);
  writer.tag(ENTRY.digits, VARINT).int32(entry.digits);
  writer.tag(ENTRY.type, VARINT).int32(entry.type);
  if (entry.counter > 0n) writer.tag(ENTRY.counter, VARINT).int64(entry.counter);
  return writer;
}
